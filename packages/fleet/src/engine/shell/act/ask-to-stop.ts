/** Writes down why an attempt is to stop; the first reason wins, and signals follow in the next tick. */
import { type StopReason, writeStop } from "../../../attempts/records/stop.ts";
import type { Attempt } from "../../core/attempt.ts";
import { type Context, redactorFor } from "../loop/context.ts";
import { aboutAttempt } from "../state/journal.ts";

export function askToStop(context: Context, attempt: Attempt, reason: StopReason): void {
  if (writeStop(attempt.dir, reason, context.clock.wall(), redactorFor(context, attempt)))
    context.journal.write("stop", `attempt ${attempt.ref.n}: ${reason.kind}`, aboutAttempt(attempt));
}
