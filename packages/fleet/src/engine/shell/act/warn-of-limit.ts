/** Tells a person, once, that a limit of an attempt is nearly used up. */
import { type Measure, measureText } from "../../../attempts/limits/measure.ts";
import { writeWarned } from "../../../attempts/records/record.ts";
import type { Attempt } from "../../core/attempt.ts";
import type { Context } from "../loop/context.ts";
import { aboutAttempt } from "../state/journal.ts";

export function warnOfLimit(context: Context, attempt: Attempt, measure: Measure): void {
  writeWarned(attempt.dir, measure, context.clock.wall());
  context.journal.write("limit", `attempt ${attempt.ref.n} has used ${measureText(measure)}`, aboutAttempt(attempt));
}
