/** Failing the same way again and again: more of the same would only cost more. Pure. */
import type { Outcome } from "../../attempts/records/outcome.ts";

/** What has to be known of an attempt that has ended. */
export interface Past extends Pick<Outcome, "kind" | "reason" | "counts"> {
  /** The machine had no room for its processes. */
  readonly short?: boolean | undefined;
}

/** So many of the same in a row, and a person looks, however many tries are left. */
export const SAME_IN_A_ROW = 3;

/** How often in a row, up to the last, attempts that count ended with the last one's outcome and reason. */
export function sameInARow(outcomes: readonly (Past | undefined)[]): number {
  const counted = outcomes.flatMap((one) => (one?.counts === true ? [one] : [])).toReversed();
  const [last] = counted;
  const differs = counted.findIndex((one) => one.kind !== last?.kind || one.reason !== last.reason);
  return differs < 0 ? counted.length : differs;
}

/** What does not count as a try can't use the tries up: so many of it in a row, and a person looks. */
export const UNCOUNTED_IN_A_ROW = 10;

/** How often in a row, up to the last, attempts that don't count ended with the last one's outcome, whatever the reason. */
export function uncountedInARow(outcomes: readonly (Past | undefined)[]): number {
  // What the machine was too short for says nothing of the task.
  const judged = outcomes.flatMap((one) => (one === undefined || one.short === true ? [] : [one])).toReversed();
  const [last] = judged;
  const differs = judged.findIndex((one) => one.counts || one.kind !== last?.kind);
  return differs < 0 ? judged.length : differs;
}
