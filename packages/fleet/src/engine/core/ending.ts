/** Whom a signal goes to when an attempt is ended, and which one whatever is left of it gets. Pure. */

export type Signal = "SIGTERM" | "SIGKILL";

/**
 * The wrapper goes last and only when it does not end by itself: it is the parent of what left its session, and holds the exit
 * record. `isLate`: it has had the time for that.
 */
export function wrapperLast<P>(all: readonly P[], isWrapper: (one: P) => boolean, isLate: boolean): readonly P[] {
  const others = all.filter((one) => !isWrapper(one));
  return others.length === 0 && isLate ? all : others;
}

/** After so many sweeps that found something, there is no hurry for the next one. */
const EAGER_SWEEPS = 20;

/** `sweeps`: those that found something before this one, which does, too. `isEager`: looking again at once is worth while. */
export const sweepNext = (sweeps: number): { readonly signal: Signal; readonly isEager: boolean } => ({
  signal: sweeps === 0 ? "SIGTERM" : "SIGKILL",
  isEager: sweeps + 1 < EAGER_SWEEPS,
});

/** A process that survives SIGKILL for this long waits in the kernel, and can't be ended. */
const HOPELESS = 10_000;

type AbandonStep =
  | { readonly kind: "signal"; readonly signal: Signal }
  | { readonly kind: "wait" }
  /** Nothing helps. */
  | { readonly kind: "give-up" };

/** Of what ran for a home that is gone, in this round, so many milliseconds after the first. */
export function abandonStep(round: number, passed: number, killGrace: number): AbandonStep {
  if (passed > killGrace + HOPELESS) return { kind: "give-up" };
  if (round === 0) return { kind: "signal", signal: "SIGTERM" };
  return passed > killGrace ? { kind: "signal", signal: "SIGKILL" } : { kind: "wait" };
}
