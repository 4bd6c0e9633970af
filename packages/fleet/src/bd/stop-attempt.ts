/** Stops a running attempt before a person's `bd close`. */
import { heldBy } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import type { Ctx } from "./context.ts";

/**
 * Called from outside of attempts, before an issue with a recorded attempt is closed, reopened, deleted or changes its status. The
 * attempt has stopped when this returns.
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
