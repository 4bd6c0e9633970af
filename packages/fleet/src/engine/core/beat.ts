/**
 * The beat that all attempts share. What is looked at in the same tick shares one pass over the process table, and what a
 * hundred looks run through stays in the processor's caches. Pure.
 */

/** Whether a multiple of `every` has passed between the two. */
export const isNewBeat = (before: number, now: number, every: number): boolean =>
  Math.floor(now / every) !== Math.floor(before / every);
