/** Between a person's `bd close` and the attempt that may be at work on the task. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import type { Ctx } from "./context.ts";

/**
 * Called from outside an attempt, before close, reopen, delete and a change of status of an issue on which an attempt is
 * recorded: the attempt is stopped, and everything of it dead, when this returns, so that the task is never worked on
 * after it was taken away. The task is open then, and set aside from dispatch for a moment.
 */
export async function stopAttemptFirst(ctx: Ctx, issue: Issue): Promise<void> {
  const held = heldBy(issue);
  if (held === undefined) return;
  const { homeId } = await import("@fleet/store/home-id");
  if (isElsewhere(issue, homeId(ctx.store().gitDir))) {
    ctx.warn(`Attempt ${held.n} on ${issue.id} runs in another home: it stops there when that home has synced`);
    return;
  }
  const { dirOf } = await import("../attempts/records/paths.ts");
  const { writeStop } = await import("../attempts/records/stop.ts");
  const { finishAttempt } = await import("../app/finish-attempt.ts");
  const { actor } = await ctx.act();
  ctx.warn(`Stopping attempt ${held.n} on ${issue.id} first …`);
  writeStop(dirOf(ctx.home, issue.id, held), { kind: "by-hand", by: actor, verb: ctx.calledAs });
  await finishAttempt(ctx.io, ctx.home, issue.id, held.uuid);
}
