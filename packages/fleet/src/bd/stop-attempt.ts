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
  const { awayFrom } = await import("../engine/shell/state/shown-life.ts");
  const { actor } = await ctx.act();
  const dir = dirOf(ctx.home, issue.id, held);
  const reason = { kind: "by-hand", by: actor, verb: ctx.calledAs } as const;
  const where = awayFrom(dir);
  if (where !== undefined) {
    // The supervisor that watches it there reads this too.
    writeStop(dir, reason);
    ctx.warn(`Attempt ${held.n} on ${issue.id} runs on ${where}: it stops there when the supervisor there sees it`);
    return;
  }
  const { finishAttempt } = await import("../app/finish-attempt.ts");
  ctx.warn(`Stopping attempt ${held.n} on ${issue.id} first …`);
  writeStop(dir, reason);
  await finishAttempt({ home: ctx.home, world: ctx.io }, issue.id, held.uuid);
}
