/** The seam between a person's `bd close` and the attempt that may be at work on the task. */
import type { Issue } from "@fleet/store/issue";

import type { Ctx } from "./context.ts";

/**
 * Called from outside an attempt, before close, reopen, delete and a change of status of an issue on which an attempt is
 * recorded: the attempt is to be stopped, and everything of it dead, when this returns, so that the task is never worked
 * on after it was taken away. Throws a Refusal when that cannot be done.
 */
export async function stopAttemptFirst(_ctx: Ctx, _issue: Issue): Promise<void> {
  // There is nothing yet that could run an attempt.
}
