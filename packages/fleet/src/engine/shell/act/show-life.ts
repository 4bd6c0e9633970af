/** A verdict on an attempt goes to its directory when it changes, and to the journal when a person should know. */
import { writeLiveness } from "../../../attempts/records/liveness.ts";
import { inWords, type Liveness, verdictKey } from "../../core/liveness.ts";
import { type Context, redactorFor } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { shownAs } from "../state/shown-life.ts";

export function showLife(
  context: Pick<Context, "clock" | "config" | "env" | "journal">,
  handle: Handle,
  verdict: Liveness,
): void {
  const now = context.clock.monotonic();
  writeLiveness(handle.dir, shownAs(verdict, now, context.clock.wall()), redactorFor(context, handle));
  if (handle.life !== undefined) handle.life.shown = verdictKey(verdict);
  const isNews = verdict.kind === "hung" || verdict.kind === "waiting" || (verdict.kind === "quiet" && verdict.warned);
  if (isNews) context.journal.write(verdict.kind, `attempt ${handle.ref.n}: ${inWords(verdict, now)}`, handle.task);
}
