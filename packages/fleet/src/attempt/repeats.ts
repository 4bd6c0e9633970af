/** Failing the same way again and again: more of the same would only cost more. Pure. */
import type { OutcomeRecord } from "./record.ts";

/** So many of the same in a row, and a person looks, however many tries are left. */
export const SAME_IN_A_ROW = 3;

/** How often in a row, up to the last, attempts that count ended with the last one's outcome and reason. */
export function sameInARow(outcomes: readonly (OutcomeRecord | undefined)[]): number {
  const counted = outcomes.flatMap((one) => (one?.counts === true ? [one] : [])).toReversed();
  const [last] = counted;
  const differs = counted.findIndex((one) => one.kind !== last?.kind || one.reason !== last.reason);
  return differs < 0 ? counted.length : differs;
}
