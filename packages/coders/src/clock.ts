/**
 * When a limit ends, out of the words in which a coder tells it and the moment at which it said them. Apart from decoding,
 * because a line of a log does not say when it was printed. Pure, but for the zone of this machine where none is given.
 */
import type { Passing } from "./cause.ts";
import type { CoderEvent } from "./events.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const DATE = /([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?(?:,| at)? /;
const TIME = /(1[0-2]|0?[1-9])(?::([0-5]\d))? ?([AP])M\b/;
const ZONE = /(?: \(([A-Za-z][\w/+-]*)\))?/;
const CLOCK = new RegExp(`(?:${DATE.source})?${TIME.source}${ZONE.source}`, "i");
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const UNITS: readonly (readonly [name: RegExp, millis: number])[] = [
  [/^ms$|^millis/i, 1],
  [/^s/i, 1_000],
  [/^m/i, MINUTE],
  [/^h/i, 3_600_000],
  [/^d/i, DAY],
];
const PIECE =
  /(\d+(?:\.\d+)?) ?(ms|milliseconds?|seconds?|secs?|s|minutes?|mins?|m|hours?|h|days?|d)(?![a-z])(?:,? (?:and )?)?/iy;

/** The words of a text that tell when to try again: a duration or a time of day behind "resets", "try again at" and the like. */
const AGAIN = /\b(?:try again|retry|resets?|reset again|available again)(?: (?:at|in|after|on))? /gi;

export function againIn(text: string): string | undefined {
  for (const { 0: words, index } of text.matchAll(AGAIN)) {
    const rest = text.slice(index + words.length);
    const [length] = durationAt(rest);
    if (length > 0) return rest.slice(0, length).trim();
    const found = CLOCK.exec(rest);
    if (found?.index === 0) return found[0];
  }
  return undefined;
}

/** The limit that a coder tells of: when it ends, as its own field has it (`until`), else as the words of `detail` do. */
export function limitSaid(
  state: "retrying" | "rejected",
  scope: Passing,
  detail: string,
  until?: string,
): Extract<CoderEvent, { kind: "limit" }> {
  const clock = until === undefined ? againIn(detail) : undefined;
  const when = { ...(until === undefined ? {} : { until }), ...(clock === undefined ? {} : { clock }) };
  return { kind: "limit", state, scope, ...when, detail };
}

const OURS = "local";

/** A time that names no zone, as one of this machine's zone: of whoever means the next such by it. */
export const onOurClock = (words: string): string => (/^\d.*[ap]m$/i.test(words) ? `${words} (${OURS})` : words);

/**
 * "12:19 PM", "Nov 25th, 2026 12:19 PM" (codex), "3am (Europe/Berlin)", "Nov 30, 3:30pm (UTC)" (claude) or a duration ("3h28m5s"),
 * in ISO 8601; undefined when it is not understood. Seconds are cut off what is told, so the minute's end is meant.
 *
 * Who names no zone (codex, on this machine's clock) names the date of every other day: a bare time is of the day on which it
 * is said, and one that is past is past. Who names the zone (claude) names the date of what is more than a day away: a bare
 * time is the next such, unless it was a moment ago.
 */
export function momentOf(words: string, said: Date, local = localZone()): string | undefined {
  const text = words.trim();
  const [length, millis] = durationAt(text);
  if (length > 0 && length === text.length) return new Date(said.getTime() + millis).toISOString();
  const at = clockAt(text, said.getTime(), local);
  return at === undefined || Number.isNaN(at) ? undefined : new Date(at + MINUTE).toISOString();
}

/** How many characters at the beginning of `text` are a duration, and how long that is. */
function durationAt(text: string): readonly [length: number, millis: number] {
  let millis = 0;
  PIECE.lastIndex = 0;
  let length = 0;
  for (let piece = PIECE.exec(text); piece !== null; piece = PIECE.exec(text)) {
    const [, amount = "", unit = ""] = piece;
    millis += Number(amount) * (UNITS.find(([name]) => name.test(unit))?.[1] ?? 0);
    length = PIECE.lastIndex;
  }
  return [length, millis];
}

/** A moment ago: what a message takes to be seen, and what clocks differ by. */
const AGO = 10 * MINUTE;

/** The minute's beginning. */
function clockAt(text: string, said: number, local: string): number | undefined {
  const found = CLOCK.exec(text);
  if (found === null || found.index !== 0 || found[0].length !== text.length) return undefined;
  const [, month, day, year, hour, minute = "0", half, named] = found;
  const zone = named === OURS ? local : named;
  if (hour === undefined || half === undefined || (zone !== undefined && !isZone(zone))) return undefined;
  const time = ((Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0)) * 60 + Number(minute);
  const where = zone ?? local;
  const today = partsAt(said, where);
  if (month !== undefined) {
    const index = MONTHS.indexOf(month.toLowerCase());
    if (index < 0) return undefined;
    const on = (of: number): number => moments([of, index, Number(day)], time, where)[0] ?? Number.NaN;
    if (year !== undefined) return on(Number(year));
    // Without a year it is the nearest such day to come, also over New Year.
    return on(today[0]) < said - 180 * DAY ? on(today[0] + 1) : on(today[0]);
  }
  const onDay = (more: number): number[] => moments([today[0], today[1], today[2] + more], time, where);
  if (zone !== undefined) return [...onDay(-1), ...onDay(0), ...onDay(1)].find((at) => at + MINUTE > said - AGO);
  const own = onDay(0);
  const at = own.find((one) => one + MINUTE > said) ?? own.at(-1);
  // Said just before midnight, seen just after it.
  return at !== undefined && at - said > DAY - AGO ? onDay(-1).at(-1) : at;
}

type Day = readonly [year: number, month: number, day: number];

/** The moments at which a day's clock shows that minute: two where clocks were put back; where the hour was left out, its end. */
function moments([year, month, day]: Day, time: number, zone: string): number[] {
  const naive = Date.UTC(year, month, day, 0, time);
  const offsets = [offsetAt(naive - DAY, zone), offsetAt(naive + DAY, zone)];
  const exact = [...new Set(offsets.map((offset) => naive - offset))].filter((at) => at + offsetAt(at, zone) === naive);
  return exact.length > 0 ? exact.sort((a, b) => a - b) : [naive - Math.min(...offsets)];
}

const localZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
}

/** Milliseconds that a zone's clock is ahead of UTC. */
function offsetAt(at: number, zone: string): number {
  const [year, month, day, hour, minute, second] = partsAt(at, zone);
  return Date.UTC(year, month, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

function partsAt(at: number, zone: string): readonly [number, number, number, number, number, number] {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return [of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")];
}
