/** Tables on narrow terminals: what says most keeps its place. */
import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, it } from "vitest";

import { clip, columns, terminalWidth } from "../src/table.ts";

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

it("a narrow terminal does without what says least, not without the last column", () => {
  const table = [
    ["ID", "PROJECT", "TITLE", "LAST ACTION"],
    ["t-1", "a-rather-long-project", TITLE, "tool: npm test"],
  ];
  const narrow = { column: 2, least: 14, forLast: 44, going: [1] };
  expect(columns(table, 50, narrow)).toEqual([
    "ID   TITLE                          LAST ACTION",
    "t-1  a rather long title that goe…  tool: npm test",
  ]);
  expect(columns(table, 100, narrow)[1]).toBe(`t-1  a-rather-long-project  ${TITLE}  tool: npm test`);
});

it("counts what a terminal shows, and cuts between characters", () => {
  expect(
    columns([
      ["日本", "a"],
      ["abcd", "b"],
      ["é👩‍👩‍👧", "c"],
    ]),
  ).toEqual(["日本  a", "abcd  b", "é👩‍👩‍👧   c"]);
  expect(clip("🚀🚀🚀", 4)).toBe("🚀…");
  expect(clip("ab👩‍👩‍👧cd", 5)).toBe("ab👩‍👩‍👧…");
  expect(columns([["日本語日本語", "x"]], 8)).toEqual(["日本語…"]);
});

it("a terminal that does not know its width is not one of no width", () => {
  const io = (env: Record<string, string>, stdout = true): Parameters<typeof terminalWidth>[0] => ({
    env,
    isTerminal: { stdout },
  });
  expect(terminalWidth(io({}), 0)).toBe(120);
  expect(terminalWidth(io({ COLUMNS: "0" }), 80)).toBe(80);
  expect(terminalWidth(io({ COLUMNS: "50" }), 80)).toBe(50);
  expect(terminalWidth(io({ COLUMNS: "50" }, false), 80)).toBe(Infinity);
});

it("no line is longer than the terminal is wide, and nothing is cut where there is room", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 200 }),
      fc.string({ maxLength: 60, unit: "grapheme" }),
      fc.string({ maxLength: 60, unit: "grapheme" }),
      (width, a, b) => {
        const lines = columns([["ID", a, b]], width, yielding);
        expect(lines.every((line) => stringWidth(line) <= width)).toBe(true);
        const isCut = lines.some((line) => line.includes("…") && !a.includes("…") && !b.includes("…"));
        expect(isCut && 2 + 2 + stringWidth(a) + 2 + stringWidth(b) <= width).toBe(false);
      },
    ),
  ));

it("a line end, tab or escape in a cell forges no row and no column", () => {
  const rows = columns([
    ["a\nneeds-you  t-9\tP0\u001b[1A", "b"],
    ["c", "d"],
  ]);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toBe("a␊needs-you  t-9␉P0␛[1A  b");
});
