/** When a task may be tried again. Pure. */
import type { OutcomeRecord } from "../../attempts/records/record.ts";
import type { Config } from "../../settings/schema.ts";
import { NEEDS_PERSON, type Park } from "./accounts/park.ts";

/** Jitter: up to this share is added, so that what failed together does not come back together. */
const JITTER = 0.25;

/** After a manual takeover, the task is not dispatched again for this many milliseconds. */
export const HANDS_OFF = 30_000;

/** Between two tries of a task, in milliseconds. */
type Pauses = Pick<Config, "retry_backoff" | "retry_backoff_max">;

/**
 * When a task that waits is due. A time further away than fleet ever sets one says that the clock was set back since:
 * the task is due then, rather than waiting for the old time to come again.
 */
export function dueAt(pauses: Pauses, notBefore: number, wall: number): number {
  const longest = Math.max(HANDS_OFF, pauses.retry_backoff * (1 + JITTER), pauses.retry_backoff_max * (1 + JITTER));
  return notBefore - wall > longest ? 0 : notBefore;
}

/** Milliseconds to wait after the `tries`-th counted try. */
export function backoff(pauses: Pauses, tries: number, random: number): number {
  const base = Math.min(pauses.retry_backoff * 2 ** Math.max(0, tries - 1), pauses.retry_backoff_max);
  return Math.round(base * (1 + JITTER * random));
}

/** Something that waits for a person is tried again after this many times `limit_pause`, later at most after as many times the longest. */
const FOR_PERSON = 10;

/**
 * The park that follows from an outcome, or undefined for none. A reset that was named is waited for; without one, and from
 * the second time in a row on, the pause doubles with each repeat: a reset that is past, or always a second away, is a clock
 * that differs. Jitter staggers both: everything restarting in the same second is the next limit.
 */
export function parkAfter(
  config: Config,
  outcome: OutcomeRecord,
  before: Park | undefined,
  wall: number,
  random: number,
): Park | undefined {
  const { parks: kind, reason } = outcome;
  if (kind === undefined) return undefined;
  // Several attempts that meet one limit are one meeting of it.
  const isRepeat = before?.released !== undefined;
  const repeats = (before?.repeats ?? 0) + (before === undefined || isRepeat ? 1 : 0);
  const times = NEEDS_PERSON.has(kind) ? FOR_PERSON : 1;
  const grown = (n: number): number =>
    times * Math.min(config.limit_pause * 2 ** Math.max(0, n), config.limit_pause_max);
  const named = outcome.until === undefined ? Number.NaN : Date.parse(outcome.until);
  // A window's reset is believed at once; what else is told ("try again in 1.5s") is the least that it takes.
  const least = kind === "window" && named > wall ? (repeats < 2 ? 0 : grown(repeats - 2)) : grown(repeats - 1);
  const from = Math.max(Number.isNaN(named) ? 0 : named, wall + least);
  const until = Math.round(from + random * JITTER * Math.min(config.limit_pause, from - wall));
  return { until: new Date(until).toISOString(), reason, kind, repeats };
}
