/** fleet's part of `show`: the facts of `fleet task ID`'s header, in bd's form. */
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import { factsNow } from "../app/views/task-facts.ts";
import { factLines } from "../cli/screens/task-header.ts";
import type { Ctx } from "./context.ts";
import { isWork } from "./place-warning.ts";

/** Empty for an issue without a directory to run in: an epic, a message, an issue from elsewhere. */
export function fleetFacts(ctx: Ctx, snapshot: Snapshot, issue: Issue): string[] {
  if (!isWork(issue) || typeof issue.metadata?.["cwd"] !== "string") return [];
  const facts = factsNow(ctx.home, ctx.store(), snapshot, issue);
  return factLines(facts).map(([label, value]) => `  ${label}: ${value}`);
}
