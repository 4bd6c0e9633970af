/** Before a person closes or puts back an issue: whatever works on it is stopped. */
import { heldBy } from "@fleet/store/claims";
import type { Act } from "@fleet/store/decision";
import { whoOf } from "@fleet/store/inside";
import type { Issue } from "@fleet/store/issue";

import type { Ctx } from "./context.ts";

/** Stops the attempt that is recorded on the issue, where a person acts. */
export async function stopFirst(ctx: Ctx, act: Act, issue: Issue): Promise<void> {
  // Nobody inside stops an attempt: of its own task a close is a claim, and the store refuses the rest.
  if (heldBy(issue) === undefined || whoOf(act).kind !== "person") return;
  const { stopAttemptFirst } = await import("./stop-attempt.ts");
  await stopAttemptFirst(ctx, issue);
}
