/** All keys, in as many columns as fit. Pure. */
import type { Colours } from "../cli/style.ts";
import { DEED_KEYS } from "./deeds.ts";
import { cell, lineOf, type Span } from "./line.ts";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["j k g G ↓ ↑", "the next row, the one before, the first, the last"],
  ["Ctrl-F Ctrl-B", "half a screen on, back"],
  ["Tab", "the next part"],
  ["Enter", "what the task is and does"],
  ["l", "its log, as it grows"],
  ["d", "what it changed"],
  ...Object.entries(DEED_KEYS),
  ["Space", "mark it: a r L K are for all marked"],
  ["/ !", "only rows that say this; only problems"],
  [":", "a command of fleet's: :bd ready"],
  ["w", "more columns"],
  ["c", "mark what has finished as seen"],
  ["Ctrl-L", "draw the screen again"],
  ["Escape q", "back, and every row again; quit"],
];

const KEY_CELLS = 14;
/** One column of keys with their actions. */
const COLUMN = KEY_CELLS + 50;

export function helpLines(columns: number, room: number, c: Colours): string[] {
  const beside = Math.max(1, Math.min(3, Math.floor(columns / COLUMN)));
  const each = Math.max(Math.ceil(KEYS.length / beside), 1);
  const lines = Array.from({ length: each }, (_, at) =>
    lineOf(
      Array.from({ length: beside }, (_column, n) => KEYS[n * each + at]).flatMap((entry, n): Span[] =>
        // The last column is not padded, because padding would be cut.
        entry === undefined
          ? []
          : [
              cell(entry[0], KEY_CELLS, c.bold),
              n === beside - 1 ? { text: entry[1] } : cell(entry[1], COLUMN - KEY_CELLS),
            ],
      ),
      columns,
    ).trimEnd(),
  );
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), c.dim(`… ${lines.length - room + 1} more keys: docs/top.md`)];
}
