import { describe, expect, test } from "vitest";

import { parseDate } from "../../src/bd/dates.ts";
import { inZone } from "./world.ts";

/** A Wednesday, local time, so that the table holds in every time zone. */
const NOW = new Date(2026, 2, 11, 10, 30, 15).getTime();
const at = (year: number, month: number, day: number, hour = 10, minute = 30, second = 15): string =>
  new Date(year, month - 1, day, hour, minute, second).toISOString();

describe("dates as people type them", () => {
  test.each<[string, string]>([
    ["+6h", new Date(NOW + 6 * 3_600_000).toISOString()],
    ["-1d", at(2026, 3, 10)],
    ["2w", at(2026, 3, 25)],
    ["+1m", at(2026, 4, 11)],
    ["1y", at(2027, 3, 11)],
    ["2025-01-15", "2025-01-15T00:00:00.000Z"],
    ["2025-01-15T14:30:05", "2025-01-15T14:30:05.000Z"],
    ["2025-01-15 14:30", "2025-01-15T14:30:00.000Z"],
    ["2025-01-15T10:00:00Z", "2025-01-15T10:00:00.000Z"],
    ["2025-01-15T10:00:00.25+02:00", "2025-01-15T08:00:00.250Z"],
    ["today", at(2026, 3, 11)],
    ["tomorrow", at(2026, 3, 12)],
    ["Yesterday", at(2026, 3, 10)],
    ["tomorrow at 9am", at(2026, 3, 12, 9, 0, 0)],
    ["monday", at(2026, 3, 16)],
    ["next monday", at(2026, 3, 16)],
    ["next  wed", at(2026, 3, 18)],
    ["last monday", at(2026, 3, 9)],
    ["next friday at 14:15", at(2026, 3, 13, 14, 15, 0)],
    ["next week", at(2026, 3, 18)],
    ["next month", at(2026, 4, 11)],
    ["in 3 days", at(2026, 3, 14)],
    ["in a week", at(2026, 3, 18)],
    ["in two hours", new Date(NOW + 2 * 3_600_000).toISOString()],
    ["3 days ago", at(2026, 3, 8)],
    ["a month ago", at(2026, 2, 11)],
    ["tomorrow at noon", at(2026, 3, 12, 12, 0, 0)],
    ["today at 12am", at(2026, 3, 11, 0, 0, 0)],
  ])("%s", (text, expected) => {
    expect(parseDate(text, NOW)).toBe(expected);
  });

  test.each<[string, string, Date, Date]>([
    ["+1m", "of a longer month", new Date(2026, 0, 31, 8), new Date(2026, 1, 28, 8)],
    ["next month", "in a leap year", new Date(2028, 0, 31, 8), new Date(2028, 1, 29, 8)],
    ["in 3 months", "across a year", new Date(2026, 10, 30, 8), new Date(2027, 1, 28, 8)],
    ["-1m", "back", new Date(2026, 4, 31, 8), new Date(2026, 3, 30, 8)],
    ["+1y", "of a leap year", new Date(2028, 1, 29, 8), new Date(2029, 1, 28, 8)],
    ["+4y", "to a leap year", new Date(2028, 1, 29, 8), new Date(2032, 1, 29, 8)],
    ["+13m", "more than a year", new Date(2026, 0, 31, 8), new Date(2027, 1, 28, 8)],
  ])("%s from the last day %s ends with the month", (text, _what, from, to) => {
    expect(parseDate(text, from.getTime())).toBe(to.toISOString());
  });

  test.each(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])(
    "a date or a time without an offset means the same in %s",
    async (zone) => {
      await inZone(zone, async () => {
        expect(parseDate("2026-12-01", NOW)).toBe("2026-12-01T00:00:00.000Z");
        expect(parseDate("2026-12-01T09:00", NOW)).toBe("2026-12-01T09:00:00.000Z");
        expect(parseDate("2026-12-01 09:00:30", NOW)).toBe("2026-12-01T09:00:30.000Z");
        expect(parseDate("2026-12-01T09:00:00+05:30", NOW)).toBe("2026-12-01T03:30:00.000Z");
        // Words are the clock's of whoever types them.
        const nine = new Date(parseDate("tomorrow at 9am", NOW) ?? "");
        expect([nine.getHours(), nine.getMinutes()]).toEqual([9, 0]);
      });
    },
  );

  test.each([
    "",
    "bogus",
    "soon 1",
    "2025-01-15T10:00:00+25:00",
    "2025-02-29",
    "2025-13-01",
    "2025-02-30",
    "2025-01-15T25:00:00",
    "2025-1-5",
    "6x",
    "+h",
    "3 days",
    "in 3 days ago",
    "next",
    "tomorrow at 25pm",
    "tomorrow at",
    "999999y",
    "in -3 days",
    "constructor",
    "in toString days",
  ])("%j is none", (text) => {
    expect(parseDate(text, NOW)).toBeUndefined();
  });
});
