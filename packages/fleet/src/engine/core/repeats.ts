/** Failing the same way again and again: more of the same would only cost more. Pure. */
import type { Outcome } from "../../attempts/records/outcome.ts";

/** What has to be known of an attempt that has ended. */
export interface Past extends Pick<Outcome, "kind" | "reason" | "counts" | "holds"> {
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
  // What the machine was too short for says nothing of the task, nor does a setup that fails for all of its project.
  const judged = outcomes
    .flatMap((one) => (one === undefined || one.short === true || one.holds === "setup" ? [] : [one]))
    .toReversed();
  const [last] = judged;
  const differs = judged.findIndex((one) => one.counts || one.kind !== last?.kind);
  return differs < 0 ? judged.length : differs;
}

/** With ids, counts and times left out: they differ from one failure to the next of the same kind. */
const gist = (reason: string): string => reason.replaceAll(/\S*\d\S*/g, "#");

/**
 * A session that was resumed and ended the second time in a row in the same failure: its history may be what fails, so
 * the next attempt starts fresh. `session`: of each attempt, as its coder named it.
 */
export function isPoisoned(
  outcomes: readonly ((Past & { readonly session?: string | undefined }) | undefined)[],
): boolean {
  const [before, last] = outcomes.slice(-2);
  if (before === undefined || last?.session === undefined || !last.counts) return false;
  return before.session === last.session && before.kind === last.kind && gist(before.reason) === gist(last.reason);
}
