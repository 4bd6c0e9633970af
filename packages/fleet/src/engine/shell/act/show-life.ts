/** A verdict on an attempt goes to its directory when it changes, and to the journal when a person should know. */
import { writeLiveness } from "../../../attempts/records/liveness.ts";
import { inWords, type Liveness } from "../../core/liveness.ts";
import { type Context, redactorFor } from "../loop/context.ts";
import type { Attempt } from "../../core/attempt.ts";
import { shownAs } from "../state/shown-life.ts";
import { aboutAttempt } from "../state/journal.ts";

export function showLife(
  context: Pick<Context, "clock" | "config" | "env" | "journal">,
  attempt: Attempt,
  verdict: Liveness,
): void {
  const now = context.clock.monotonic();
  writeLiveness(attempt.dir, shownAs(verdict, now, context.clock.wall()), redactorFor(context, attempt));
  const isNews = verdict.kind === "hung" || verdict.kind === "waiting" || (verdict.kind === "quiet" && verdict.warned);
  if (isNews)
    context.journal.write(verdict.kind, `attempt ${attempt.ref.n}: ${inWords(verdict, now)}`, aboutAttempt(attempt));
}
