/**
 * Dates as people type them (as beads 1.0.5): `+6h` `-1d` `2w`, ISO dates and times (a date is local midnight), and English:
 * `tomorrow`, `next monday at 9am`, `in 3 days`, `2 weeks ago`. Pure; what is not understood is undefined, never a guess.
 */
const COMPACT = /^([+-]?)(\d{1,6})([hdwmy])$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?$/;
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const WORDS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};
type Unit = "minute" | "hour" | "day" | "week" | "month" | "year";
const UNITS: Readonly<Record<string, Unit>> = { h: "hour", d: "day", w: "week", m: "month", y: "year" };

function shifted(now: number, amount: number, unit: Unit): Date {
  const date = new Date(now);
  switch (unit) {
    case "minute":
      return new Date(now + amount * 60_000);
    case "hour":
      return new Date(now + amount * 3_600_000);
    case "day":
      date.setDate(date.getDate() + amount);
      return date;
    case "week":
      date.setDate(date.getDate() + amount * 7);
      return date;
    case "month":
      date.setMonth(date.getMonth() + amount);
      return date;
    case "year":
      date.setFullYear(date.getFullYear() + amount);
      return date;
  }
}

/** A local time, or undefined where the calendar has no such day. */
function local(parts: readonly (string | undefined)[]): Date | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  const date = new Date(year, month - 1, day, hour, minute, second);
  const same = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60 && second < 60;
  return same ? date : undefined;
}

function absolute(text: string): Date | undefined {
  const date = DATE.exec(text) ?? DATE_TIME.exec(text);
  if (date !== null) return local(date.slice(1));
  if (!RFC3339.test(text)) return undefined;
  const parsed = new Date(text.replace(" ", "T").toUpperCase());
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}

/** `at 9am`, `at 14:30`: hours and minutes, or undefined. */
function clock(text: string): { readonly hour: number; readonly minute: number } | undefined {
  if (text === "noon") return { hour: 12, minute: 0 };
  if (text === "midnight") return { hour: 0, minute: 0 };
  const [, hours, minutes, half] = /^(\d{1,2})(?::(\d{2}))?\s*(am|pm)?$/.exec(text) ?? [];
  if (hours === undefined || (minutes === undefined && half === undefined)) return undefined;
  const hour = Number(hours);
  const minute = Number(minutes ?? 0);
  if (minute > 59 || hour > (half === undefined ? 23 : 12) || (half !== undefined && hour === 0)) return undefined;
  return { hour: half === undefined ? hour : (hour % 12) + (half === "pm" ? 12 : 0), minute };
}

function daysTo(now: number, day: number, sign: 1 | -1): number {
  const ahead = (day - new Date(now).getDay() + 7) % 7;
  if (sign === 1) return ahead === 0 ? 7 : ahead;
  return ahead === 0 ? -7 : ahead - 7;
}

/** The day that is meant, at the present time of day. */
function englishDay(text: string, now: number): Date | undefined {
  if (text === "now" || text === "today" || text === "tonight") return new Date(now);
  if (text === "tomorrow") return shifted(now, 1, "day");
  if (text === "yesterday") return shifted(now, -1, "day");
  const [, sign, amount = "", unit = "", ago] =
    /^(in |)(\d{1,6}|[a-z]+) (minute|hour|day|week|month|year)s?( ago|)$/.exec(text) ?? [];
  const count = /^\d+$/.test(amount) ? Number(amount) : WORDS[amount];
  const word = Object.values({ ...UNITS, minute: "minute" as const }).find((known) => known === unit);
  if (word !== undefined && count !== undefined && (sign !== "") !== (ago !== ""))
    return shifted(now, ago === "" ? count : -count, word);
  const [, which = "", what = ""] = /^(next |last |this |on |)([a-z]+)$/.exec(text) ?? [];
  const day = DAYS.findIndex((name) => name === what || name.slice(0, 3) === what);
  if (day >= 0) return shifted(now, daysTo(now, day, which === "last " ? -1 : 1), "day");
  const step = which === "next " ? 1 : which === "last " ? -1 : 0;
  if (step !== 0 && (what === "week" || what === "month" || what === "year")) return shifted(now, step, what);
  return undefined;
}

function english(text: string, now: number): Date | undefined {
  const [, day = "", at] = /^(.*?)(?: at (.+))?$/.exec(text.toLowerCase().replaceAll(/\s+/g, " ").trim()) ?? [];
  const date = englishDay(day, now);
  if (date === undefined || at === undefined) return date;
  const time = clock(at);
  if (time === undefined) return undefined;
  date.setHours(time.hour, time.minute, 0, 0);
  return date;
}

/** RFC 3339 in UTC, or undefined where the text is no date. */
export function parseDate(text: string, now: number): string | undefined {
  const [, sign, amount, letter = ""] = COMPACT.exec(text) ?? [];
  const unit = UNITS[letter];
  const date =
    unit === undefined
      ? (absolute(text) ?? english(text, now))
      : shifted(now, Number(amount) * (sign === "-" ? -1 : 1), unit);
  // Years that RFC 3339 can't write are no dates either.
  const year = date?.getUTCFullYear();
  return date === undefined || year === undefined || !(year >= 0 && year <= 9999) ? undefined : date.toISOString();
}

/** bd's words for a date it can't read, by the flag it was given to. */
export const dueTrouble = (flag: string, text: string): string =>
  `invalid --${flag} format ${JSON.stringify(text)}. Examples: ${flag === "due" ? "+6h" : "+1h"}, tomorrow, next monday, 2025-01-15`;
