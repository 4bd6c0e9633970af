/**
 * Whether what the last full look saw of an attempt that runs still holds. Of a hundred that think or wait nearly all are as
 * they were in nearly every tick, and a glance (is its wrapper there, did its files grow) costs a tenth of a full look. What a
 * glance can't tell (a wrapper whose pid is another's by now, a tree that stands still, busy processes) waits for the next
 * full look, which comes soon whatever the glance says. Pure.
 */
import { nearAt } from "../../attempts/limits/measure.ts";
import type { RunSeen } from "./attempt-seen.ts";
import type { Running } from "./world.ts";

/** A full look comes at least so often, and at least in every tenth tick; in milliseconds. */
const OLDEST = 5_000;
const TICKS = 10;

export const isStale = (lookedAt: number, now: number, pollInterval: number): boolean =>
  now - lookedAt >= Math.min(OLDEST, TICKS * pollInterval);

/** Nothing of it goes by time from tick to tick: no reason to stop, no end that is waited for, no person who is asked. */
export const isCalm = ({ stop, open, orphaned, asks, frozen }: RunSeen): boolean =>
  stop === undefined && open === undefined && !orphaned && !asks && frozen?.is !== true;

/** When a limit is reached by time alone, or comes near of which nobody was told; monotonic. `now`: when it was looked at. */
export function dueAt(run: Running, now: number): number {
  const byTime = { timeout: now - run.startedAt - (run.away ?? 0), idle: run.used.idle };
  return now + nearAt(run.limits, byTime, new Set(run.warned));
}
