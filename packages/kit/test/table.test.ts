/** Tables on narrow terminals: what says most keeps its place. */
import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, it } from "vitest";

import { clip, type Layout, table } from "../src/table.ts";
import { NARROW, paragraph, terminalWidth, whole, wrap } from "../src/width.ts";

const TITLE = "a rather long title that goes on and on";
const HEAD = ["ID", "PROJECT", "TITLE", "LAST ACTION"];
const ROW = ["t-1", "a-rather-long-project", TITLE, "tool: npm test"];
const layout = (width: number, over: Partial<Layout> = {}): Layout => ({
  width,
  head: HEAD,
  shrink: [
    ["PROJECT", 8],
    ["TITLE", 30],
  ],
  drop: ["PROJECT"],
  ...over,
});

it("columns give way in their order, then go, so that the last one can be read", () => {
  const line = (width: number): string | undefined => table([ROW], layout(width))[1];
  expect(line(100)).toBe(`t-1  a-rather-long-project  ${TITLE}  tool: npm test`);
  expect(line(80)).toBe(`t-1  a-rather-long-pro…  ${TITLE}  tool: npm test`);
  expect(line(66)).toBe("t-1  a-rathe…  a rather long title that goes on a…  tool: npm test");
  expect(line(60)).toBe(`t-1  ${TITLE}  tool: npm test`);
  expect(line(50)).toBe("t-1  a rather long title that goes…  tool: npm");
});

it("an empty column is left out with its heading, the last one as well", () => {
  const rows = [
    ["t-1", "", TITLE, ""],
    ["t-2", "", "another", ""],
  ];
  expect(table(rows, layout(100))).toEqual(["ID   TITLE", `t-1  ${TITLE}`, "t-2  another"]);
});

it("of no rows has no lines, with or without a heading", () => {
  expect(table([], layout(80))).toEqual([]);
});

it("the last column is wrapped below itself, in as many lines as it may have", () => {
  const rows = [["a", "one two three four"]];
  expect(table(rows, { width: 12 })).toEqual(["a", "    one two", "    three", "    four"]);
  expect(table(rows, { width: 16 })).toEqual(["a  one two three", "   four"]);
  expect(table(rows, { width: 16, lines: 1 })).toEqual(["a  one two thre…"]);
});

it("where it would be too narrow it goes below its row, and no other column is dropped", () => {
  const row = [...ROW.slice(0, -1), "what it did last, in more words than there is room for"];
  expect(table([row], layout(80, { below: 40 }))).toEqual([
    "ID   PROJECT                TITLE",
    `t-1  a-rather-long-project  ${TITLE}`,
    "    what it did last, in more words than there is room for",
  ]);
});

it("colour comes on what is shown, and takes no room", () => {
  const paint = (text: string): string => `<${text}>`;
  expect(
    table(
      [
        [{ text: "abcdef", paint }, "x"],
        ["a", "y"],
      ],
      { width: 80 },
    ),
  ).toEqual(["<abcdef>  x", "a       y"]);
});

it("counts what a terminal shows, and cuts between characters", () => {
  const rows = [
    ["日本", "a"],
    ["abcd", "b"],
    ["é👩‍👩‍👧", "c"],
  ];
  expect(table(rows, { width: Infinity })).toEqual(["日本  a", "abcd  b", "é👩‍👩‍👧   c"]);
  expect(clip("🚀🚀🚀", 4)).toBe("🚀…");
  expect(clip("ab👩‍👩‍👧cd", 5)).toBe("ab👩‍👩‍👧…");
  expect(wrap("日本語日本語", 8)).toEqual(["日本語日", "本語"]);
});

it("what is taken for narrow without a table of Unicode is so by that table, alone and joined", () => {
  const range = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at));
  const narrow = [...range(0x20, 0x33ff)].filter((char) => NARROW.test(char));
  expect(narrow.join("")).toMatch(/~\u00a0.*é.*Ω.*Ж.*….*→.*−.*─.*●.*⚠.*✓.*✗/);
  expect(narrow.filter((char) => stringWidth(char) !== 1 || stringWidth(`a${char}b`) !== 3)).toEqual([]);
  expect(stringWidth(narrow.join(""))).toBe(narrow.length);
});

it("what is held together is on one line where it fits, and has plain blanks", () => {
  expect(wrap(`to start it: ${whole("run this now")}, or not`, 16)).toEqual([
    "to start it:",
    "run this now, or",
    "not",
  ]);
  expect(wrap(whole("run this now or never"), 12)).toEqual(["run this now", "or never"]);
  expect(wrap(whole("run this"), Infinity)).toEqual(["run this"]);
});

it("a text of several lines keeps them, and the indent of each", () => {
  expect(paragraph("one two\n  three four", 10, "| ")).toEqual(["| one two", "|   three", "| four"]);
});

it("COLUMNS says how wide it is, off a terminal too; without a word a program reads it, and nothing is cut", () => {
  const io = (env: Record<string, string>, stdout = true): Parameters<typeof terminalWidth>[0] => ({
    env,
    isTerminal: { stdout },
  });
  expect(terminalWidth(io({}), 0)).toBe(80);
  expect(terminalWidth(io({ COLUMNS: "0" }), 100)).toBe(100);
  expect(terminalWidth(io({ COLUMNS: "50" }), 80)).toBe(50);
  expect(terminalWidth(io({ COLUMNS: "50" }, false), 80)).toBe(50);
  expect(terminalWidth(io({}, false), 80)).toBe(Infinity);
});

it("no line is longer than the terminal is wide, and nothing is cut where there is room", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 200 }),
      fc.string({ maxLength: 60, unit: "grapheme" }),
      fc.string({ maxLength: 60, unit: "grapheme" }),
      fc.constantFrom<Partial<Layout>>({}, { lines: 1 }, { below: 30 }),
      (width, a, b, over) => {
        const lines = table([["ID", a, b]], { width, head: ["", "TITLE", ""], shrink: [["TITLE", 14]], ...over });
        expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
        const isCut = lines.some((line) => line.includes("…") && !a.includes("…") && !b.includes("…"));
        expect(isCut && 2 + 2 + Math.max(5, stringWidth(a)) + 2 + stringWidth(b) <= width).toBe(false);
      },
    ),
  ));

it("a line end, tab or escape in a cell forges no row and no column", () => {
  const rows = table(
    [
      ["a\nneeds-you  t-9\tP0\u001b[1A", "b"],
      ["c", "d"],
    ],
    { width: Infinity },
  );
  expect(rows).toHaveLength(2);
  expect(rows[0]).toBe("a␊needs-you  t-9␉P0␛[1A  b");
});
