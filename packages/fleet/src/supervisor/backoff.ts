/** When a task may be tried again. Pure. */
import type { OutcomeRecord } from "../attempt/record.ts";
import type { Config } from "../config/schema.ts";

/** Jitter: up to this share is added, so that what failed together does not come back together. */
const JITTER = 0.25;

/** A task that somebody took by hand is not dispatched again under their fingers, for this many milliseconds. */
export const HANDS_OFF = 30_000;

/**
 * When a task that waits is due. A time further away than fleet ever sets one says that the clock was set back since:
 * the task is due then, rather than waiting for the old time to come again.
 */
export function dueAt(config: Config, notBefore: number, wall: number): number {
  const longest = Math.max(HANDS_OFF, config.retry_backoff * (1 + JITTER), config.retry_backoff_max * (1 + JITTER));
  return notBefore - wall > longest ? 0 : notBefore;
}

/** Milliseconds to wait after the `tries`-th counted try. */
export function backoff(config: Config, tries: number, random: number): number {
  const base = Math.min(config.retry_backoff * 2 ** Math.max(0, tries - 1), config.retry_backoff_max);
  return Math.round(base * (1 + JITTER * random));
}

/** How long a coder is parked after this outcome: a wall time, Infinity for "until a person acts", undefined for not. */
export function parkUntil(config: Config, outcome: OutcomeRecord, wall: number, random: number): number | undefined {
  switch (outcome.parks) {
    case undefined:
      return undefined;
    case "auth":
      return Infinity;
    case "minute":
    case "window": {
      const until = outcome.until === undefined ? Number.NaN : Date.parse(outcome.until);
      // A reset in the past is a clock that differs; everything restarting in the same second is the next limit.
      const from = Number.isNaN(until) ? wall + config.limit_pause : Math.max(until, wall + 1000);
      return Math.round(from + random * JITTER * Math.min(config.limit_pause, from - wall));
    }
  }
}
