/**
 * Whether what the last full look saw of an attempt that runs still holds. Of a hundred that think or wait nearly all are as
 * they were in nearly every tick, and a glance (is its wrapper there, did its files grow) costs a tenth of a full look. What a
 * glance can't tell (a wrapper whose pid is another's by now, a tree that stands still) is asked on each beat, at a fifth of
 * a full look; what its processes use and what is in its scratch directory, in the full looks that come less often. Pure.
 */
import { nearAt } from "../../attempts/limits/measure.ts";
import type { Thresholds } from "../../settings/effective/thresholds.ts";
import type { RunSeen } from "./attempt-seen.ts";
import { isNewBeat } from "./beat.ts";
import { isSampleDue, isSilent } from "./life.ts";
import type { Running } from "./world.ts";

/** It is asked more than by a glance at least so often, and at least in every tenth tick; in milliseconds. */
const BEAT = 5_000;
const TICKS = 10;

const beatOf = (pollInterval: number): number => Math.min(BEAT, TICKS * pollInterval);

/** A glance does not do any more. `askedAt`: when it was asked more. */
export const isStale = (askedAt: number, now: number, pollInterval: number): boolean =>
  isNewBeat(askedAt, now, beatOf(pollInterval));

/** After so many beats comes a full look, whatever was seen. */
const BEATS = 6;

interface LookedAt {
  readonly lookedAt: number;
  readonly now: number;
  readonly pollInterval: number;
}

/** No full look is needed on this beat: its verdict gets no other by time before the next, and its processes are not due. */
export function isRested(
  { life, liveness }: Pick<RunSeen, "life" | "liveness">,
  thresholds: Thresholds,
  { lookedAt, now, pollInterval }: LookedAt,
): boolean {
  if (life === undefined || now - lookedAt >= BEATS * beatOf(pollInterval)) return false;
  if (liveness?.kind !== "working" && liveness?.kind !== "quiet") return false;
  return !isSilent(life, thresholds, now) || !isSampleDue(life, thresholds, now);
}

/** Nothing of it goes by time from tick to tick: no reason to stop, no end that is waited for, no person who is asked. */
export const isCalm = ({ stop, open, orphaned, asks, frozen }: RunSeen): boolean =>
  stop === undefined && open === undefined && !orphaned && !asks && frozen?.is !== true;

/** When a limit is reached by time alone, or comes near of which nobody was told; monotonic. `now`: when it was looked at. */
export function dueAt(run: Running, now: number): number {
  const byTime = { timeout: now - run.startedAt - (run.away ?? 0), idle: run.used.idle };
  return now + nearAt(run.limits, byTime, new Set(run.warned));
}
