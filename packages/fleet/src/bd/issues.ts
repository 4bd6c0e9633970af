/** Finding the issues that arguments name. */
import { heldBy } from "@fleet/store/claims";
import type { Act } from "@fleet/store/decision";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { whoOf } from "@fleet/store/inside";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Ctx } from "./context.ts";
import { Refusal, worded } from "./errors.ts";
import { lastTouched } from "./last-touched.ts";

/** The arguments, or where there are none the issue that was last touched: in an attempt its own task. */
export function idsOrLast(ctx: Ctx, given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  const last = lastTouched(ctx);
  if (last === undefined) throw new Refusal("no issue ID provided and no last touched issue");
  return [last];
}

/** The issue, or a refusal in the words with which bd says it for most verbs. */
export function findOrRefuse(snapshot: Snapshot, argument: string, doing = "resolving"): Issue {
  try {
    return find(snapshot, argument);
  } catch (error) {
    const { message, hint } = worded(error);
    throw new Refusal(`${doing} ${argument}: ${message}`, { cause: error, hint });
  }
}

/** Stops the attempt that is recorded on the issue, where a person acts. */
export async function stopFirst(ctx: Ctx, act: Act, issue: Issue): Promise<void> {
  // Nobody inside stops an attempt: of its own task a close is a claim, and the store refuses the rest.
  if (heldBy(issue) === undefined || whoOf(act).kind !== "person") return;
  const { stopAttemptFirst } = await import("./stop-attempt.ts");
  await stopAttemptFirst(ctx, issue);
}
