/**
 * What one of several tasks that share a budget may use: an equal part of what is left, with all of them that may still begin. What
 * runs keeps its own until it ends, so that they never come to more than the whole; what it did not use is for those after it. Pure.
 */
export interface Sharer {
  /** US dollars, by its attempts that ended. */
  readonly spent: number;
  /** What its running attempt may come to; undefined where none runs. */
  readonly running: number | undefined;
  /** An attempt of it may still begin. */
  readonly begins: boolean;
}

/** For an attempt that begins now; nothing or less: all of it is used, or in use. `own` is not among the others. */
export function budgetPart(whole: number, own: Pick<Sharer, "spent">, others: readonly Sharer[]): number {
  const used = others.reduce((sum, { spent, running = 0 }) => sum + spent + running, own.spent);
  const sharing = others.filter(({ begins, running }) => begins && running === undefined).length + 1;
  return (whole - used) / sharing;
}
