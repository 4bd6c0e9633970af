/** Stops whatever works on an issue before a person closes it or puts it back. */
import { heldBy } from "@fleet/store/claims";
import type { Act } from "@fleet/store/decision";
import { whoOf } from "@fleet/store/inside";
import type { Issue } from "@fleet/store/issue";

import type { Ctx } from "./context.ts";

/** Stops the issue's recorded attempt, for people only. */
export async function stopFirst(ctx: Ctx, act: Act, issue: Issue): Promise<void> {
  // Not inside an attempt: closing its own task is a claim, and the store refuses the rest.
  if (heldBy(issue) === undefined || whoOf(act).kind !== "person") return;
  const { stopAttemptFirst } = await import("./stop-attempt.ts");
  await stopAttemptFirst(ctx, issue);
}
