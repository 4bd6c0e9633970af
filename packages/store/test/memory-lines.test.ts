/** The text of memories.jsonl, kept under its object: never another's, whatever became of the file. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { memoryLines } from "../src/memory-lines.ts";
import { tempDir } from "./support.ts";

const [ONE, OTHER] = ["a".repeat(40), "b".repeat(40)];
const TEXT = '{"key":"build","value":"Größe, 日本"}\n{"key":"b","value":"v"}\n';

test("memories are read from git once for each object", () => {
  const home = tempDir();
  const read: string[] = [];
  const lines = (oid: string, text: string): string =>
    memoryLines(home, oid, () => {
      read.push(oid);
      return text;
    });
  expect([lines(ONE, TEXT), lines(ONE, "never asked"), lines(OTHER, ""), lines(OTHER, "never asked")]).toEqual([
    TEXT,
    TEXT,
    "",
    "",
  ]);
  expect(read).toEqual([ONE, OTHER]);
});

test.each([
  ["cut short", (text: string) => text.slice(0, -5)],
  ["zeros at its end", (text: string) => `${text.slice(0, -5)}${"\0".repeat(5)}`],
  ["zeros alone", (text: string) => "\0".repeat(text.length)],
  ["empty", () => ""],
  ["without its first line", (text: string) => text.slice(text.indexOf("\n") + 1)],
])("a file of memories that is %s is made again", (_, spoil) => {
  const home = tempDir();
  expect(memoryLines(home, ONE, () => TEXT)).toBe(TEXT);
  const path = join(home, "run", "memories");
  const whole = readFileSync(path, "utf8");
  writeFileSync(path, spoil(whole));
  expect(memoryLines(home, ONE, () => TEXT)).toBe(TEXT);
  expect(readFileSync(path, "utf8")).toBe(whole);
});
