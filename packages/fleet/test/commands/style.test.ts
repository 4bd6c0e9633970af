/** Tables on narrow terminals: what says most keeps its place. */
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { columns } from "../../src/style.ts";

const TITLE = "a rather long title that goes on and on";
const rows = [
  ["ID", "TITLE", "LAST ACTION"],
  ["t-1", TITLE, "near its limit: 26s of 30s"],
];
const yielding = { column: 1, least: 14, forLast: 44 };

it("the title gives way, so that the last column can be read", () => {
  expect(columns(rows, 80, yielding)[1]).toBe(`t-1  ${TITLE}  near its limit: 26s of 30s`);
  expect(columns(rows, 60, yielding)[1]).toBe("t-1  a rather long title that g…  near its limit: 26s of 30s");
  expect(columns(rows, 40, yielding)[1]).toBe("t-1  a rather long…  near its limit: 26…");
  expect(columns(rows, 40)[1]).toBe("t-1  a rather long title that goes on a…");
});

it("no line is longer than the terminal is wide, and nothing is cut where there is room", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 200 }),
      fc.string({ maxLength: 60 }),
      fc.string({ maxLength: 60 }),
      (width, a, b) => {
        const lines = columns([["ID", a, b]], width, yielding);
        expect(lines.every((line) => line.length <= width)).toBe(true);
        const isCut = lines.some((line) => line.includes("…") && !a.includes("…") && !b.includes("…"));
        expect(isCut && 2 + 2 + a.length + 2 + b.length <= width).toBe(false);
      },
    ),
  ));
