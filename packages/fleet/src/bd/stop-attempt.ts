/** Between a person's `bd close` and the attempt that may be at work on the task. */
import { heldBy } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import type { Ctx } from "./context.ts";

/**
 * Called from outside an attempt, before close, reopen, delete and a change of status of an issue on which an attempt is
 * recorded: the attempt is stopped when this returns.
 */
export async function stopAttemptFirst(ctx: Ctx, issue: Issue): Promise<void> {
  if (heldBy(issue) === undefined) return;
  const { stopAttempt } = await import("../app/operations/stop-attempt.ts");
  const stopping = {
    home: ctx.home,
    store: ctx.store(),
    world: ctx.io,
    by: async () => (await ctx.act()).actor,
    verb: ctx.calledAs,
    begins: (n: number) => ctx.warn(`Stopping attempt ${n} on ${issue.id} first …`),
  };
  const stopped = await stopAttempt(stopping, issue);
  switch (stopped.kind) {
    case "none":
    case "stopped":
      return;
    case "elsewhere":
      ctx.warn(`Attempt ${stopped.n} on ${issue.id} runs in another home: it stops there when that home has synced`);
      return;
    case "away":
      ctx.warn(
        `Attempt ${stopped.n} on ${issue.id} runs on ${stopped.where}: it stops there when the supervisor there sees it`,
      );
  }
}
