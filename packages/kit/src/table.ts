/** Columns that fit a terminal: plain text, as wide as a reader sees it. */
import stringWidth from "string-width";

import { printable, printableLine } from "./printable.ts";

/** Where text goes. */
export interface Output {
  readonly isTerminal: { readonly stdout: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How wide the terminal is; one that does not know (a pty of 0 columns) is taken for usual, and no terminal has no end. */
export function terminalWidth({ isTerminal, env }: Output, ofTerminal?: number): number {
  if (!isTerminal.stdout) return Infinity;
  const widths = [Number(env["COLUMNS"]), ofTerminal ?? process.stdout.columns];
  return widths.find((width) => Number.isInteger(width) && width > 0) ?? 120;
}

/** A column that gives way where the width is short: down to `least`, until the last column has `forLast`. */
export interface Yielding {
  readonly column: number;
  readonly least: number;
  readonly forLast: number;
  /** Columns that go altogether, the first of them first, where the last would have less than a few words. */
  readonly going?: readonly number[];
}

const FEW_WORDS = 20;
/** Not before it is needed: the first of a process costs 20 ms. */
let graphemes: Intl.Segmenter | undefined;

/** Cut to so many columns of a terminal, between two characters as a reader counts them. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let [kept, used] = ["", 0];
  graphemes ??= new Intl.Segmenter();
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used >= width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** One line, cut to the width. */
export const clip = (text: string, width: number): string => cut(printable(text.replaceAll(/\s+/g, " ")), width);

function fitted(cell: string, size: number): string {
  const line = stringWidth(cell) > size ? clip(cell, size) : cell;
  return line + " ".repeat(Math.max(0, size - stringWidth(line)));
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, one) => all + one + 2, -2);

/** Left-aligned columns, two spaces apart; the last one is cut to the width. Cells are plain text. */
export function columns(given: readonly (readonly string[])[], width = Infinity, yielding?: Yielding): string[] {
  const rows = given.map((row) => row.map(printableLine));
  const sizes: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (sizes[i] = Math.max(sizes[i] ?? 0, stringWidth(cell))));
  const end = sizes.length - 1;
  const gone = new Set<number>();
  if (yielding !== undefined) {
    const { column, least, forLast, going = [] } = yielding;
    const needs = (title: number, last: number): number =>
      sum(
        sizes
          .map((size, i) => (i === column ? Math.min(size, title) : i === end ? Math.min(size, last) : size))
          .filter((_, i) => !gone.has(i)),
      );
    for (const i of going) if (needs(least, FEW_WORDS) > width) gone.add(i);
    const size = sizes[column] ?? 0;
    sizes[column] = Math.min(size, Math.max(least, size - Math.max(0, needs(Infinity, forLast) - width)));
  }
  return rows.map((row) => {
    const shown = row.map((cell, i) => (i === row.length - 1 ? cell : fitted(cell, sizes[i] ?? 0)));
    return cut(shown.filter((_, i) => !gone.has(i)).join("  "), Math.max(2, width)).trimEnd();
  });
}
