/**
 * Dates as people type them (as beads 1.0.5): `+6h` `-1d` `2w`, ISO dates and times, and English: `tomorrow`, `next monday at 9am`,
 * `in 3 days`, `2 weeks ago`. Pure; anything else is undefined, never guessed. A written date or time without an offset is UTC, and a
 * date means its midnight, so that a text means the same moment on every machine, also in a query or an imported file. Relative words
 * count from now, in local time.
 */
import { own } from "@fleet/kit/own";
import { timeOf } from "@fleet/store/time";

const COMPACT = /^([+-]?)(\d{1,6})([hdwmy])$/;
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
      return monthsOn(date, amount);
    case "year":
      return monthsOn(date, amount * 12);
  }
}

/** The same day of another month, or its last day: a month after the 31st of January is the end of February. */
function monthsOn(date: Date, months: number): Date {
  const day = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + months);
  const last = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
  date.setDate(Math.min(day, last));
  return date;
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

/** The day meant, at the current time of day. */
function englishDay(text: string, now: number): Date | undefined {
  if (text === "now" || text === "today" || text === "tonight") return new Date(now);
  if (text === "tomorrow") return shifted(now, 1, "day");
  if (text === "yesterday") return shifted(now, -1, "day");
  const [, sign, amount = "", unit = "", ago] =
    /^(in |)(\d{1,6}|[a-z]+) (minute|hour|day|week|month|year)s?( ago|)$/.exec(text) ?? [];
  const count = /^\d+$/.test(amount) ? Number(amount) : own(WORDS, amount);
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
  const written = timeOf(text);
  const date =
    unit === undefined
      ? written === undefined
        ? english(text, now)
        : new Date(written)
      : shifted(now, Number(amount) * (sign === "-" ? -1 : 1), unit);
  // Years that RFC 3339 can't express are refused.
  const year = date?.getUTCFullYear();
  return date === undefined || year === undefined || !(year >= 0 && year <= 9999) ? undefined : date.toISOString();
}

/** bd's message for an invalid date, by the flag. */
export const dueTrouble = (flag: string, text: string): string =>
  `invalid --${flag} format ${JSON.stringify(text)}. Examples: ${flag === "due" ? "+6h" : "+1h"}, tomorrow, next monday, 2025-01-15`;
