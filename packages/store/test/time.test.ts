/** Times as bd prints them, by the short way for what the store writes and by the parser for everything else. */
import { expect, test, vi } from "vitest";

import { wholeSeconds } from "../src/time.ts";

const two = (n: number): string => String(n).padStart(2, "0");
const days = Array.from({ length: 12 * 31 }, (_, at) => `${two(Math.floor(at / 31) + 1)}-${two((at % 31) + 1)}`);

test.each([2023, 2024])(
  "of %i, each day is printed as it is, and one that the calendar lacks comes back as it was",
  (year) => {
    for (const day of days) {
      const time = `${year}-${day}T23:59:59.500Z`;
      const date = new Date(`${year}-${day}T00:00:00Z`);
      const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${day}`);
      expect(wholeSeconds(time)).toBe(isDay ? `${year}-${day}T23:59:59Z` : time);
    }
  },
);

test("what the store writes needs no parser, on the last days of a month too", () => {
  const parse = vi.spyOn(Date, "parse");
  try {
    for (const day of days.filter((one) => !/^02-(?:29|3)|^(?:04|06|09|11)-31/.test(one)))
      wholeSeconds(`2026-${day}T00:00:00.000Z`);
    expect(parse).not.toHaveBeenCalled();
  } finally {
    parse.mockRestore();
  }
});
