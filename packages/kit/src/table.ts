/** Tables that fit their terminal: the one function by which every command prints columns. */
import { printable, printableLine } from "./printable.ts";
import { cut, widthOf, wrap } from "./width.ts";

/** Marks text with a colour, in the words of `ours` (printable.ts). */
export type Paint = (text: string) => string;

/** Plain text; `paint` comes on once it has been cut. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

export interface Layout {
  /** The width of the terminal; Infinity without one, and then nothing is cut. */
  readonly width: number;
  /** One a column; none at all, and there is no line of headings. */
  readonly head?: readonly string[];
  readonly paintHead?: Paint;
  /** They are names for the columns, and are not shown. */
  readonly isHeadless?: true;
  /** Minimum widths by heading, while the column is not empty: columns keep their positions while cells change. */
  readonly roomy?: readonly (readonly [head: string, least: number])[];
  /** Columns, by their headings, that give way first to last where room is short, and what they keep. */
  readonly shrink?: readonly (readonly [head: string, least: number])[];
  /** Columns that go altogether, first to last, where room is still short. */
  readonly drop?: readonly string[];
  /** The last column stands below its row where it would have less than this. */
  readonly below?: number;
  /** It is wrapped into at most so many lines. */
  readonly lines?: number;
  /** Each row is one line, whatever it takes; `filled`: up to the end of the terminal, where something stands beside it. */
  readonly single?: "cut" | "filled";
}

const GAP = "  ";
/** The width of the last column below which others shrink, and below which others are dropped. */
const WANTED = 44;
const LEAST = 18;
const BELOW = 12;
const INDENT = "    ";
/** The minimum width of every column, on any terminal. */
const FLOOR = 4;

interface Shown {
  readonly text: string;
  readonly paint: Paint;
}

const plain: Paint = (text) => text;

const shown = (cell: Cell): Shown =>
  typeof cell === "string"
    ? { text: printableLine(cell), paint: plain }
    : { text: printableLine(cell.text), paint: cell.paint };

/** Left-aligned columns, two spaces apart. Columns without anything in them are left out; the last one is wrapped. */
export function table(rows: readonly (readonly Cell[])[], layout: Layout): string[] {
  // A heading of nothing would be a blank line.
  if (rows.length === 0) return [];
  const cells = rows.map((row) => row.map(shown));
  const head = (layout.head ?? []).map((text) => ({ text, paint: layout.paintHead ?? plain }));
  const isHeaded = head.length > 0 && layout.isHeadless !== true;
  const all = isHeaded ? [head, ...cells] : cells;
  const columns = Array.from({ length: Math.max(0, ...all.map((row) => row.length)) }, (_, at) => at);
  const filled = columns.filter((at) => cells.some((row) => (row[at]?.text ?? "") !== ""));
  const roomy = new Map(
    (layout.roomy ?? []).map(([name, least]) => [head.findIndex(({ text }) => text === name), least]),
  );
  const natural = columns.map((at) => Math.max(roomy.get(at) ?? 0, ...all.map((row) => widthOf(row[at]?.text ?? ""))));
  const fitting = fit(filled, natural, layout);
  // The heading of a column that stands below its row would be a row of its own.
  const heading = fitting.isBelow ? head.filter((_, at) => at !== fitting.last) : head;
  return [...(isHeaded ? [heading] : []), ...cells].flatMap((row) => linesOf(row, fitting, layout));
}

interface Fitting {
  /** The columns in front of the last one, with their cells. */
  readonly front: readonly { readonly at: number; readonly size: number }[];
  readonly last: number;
  readonly isBelow: boolean;
}

function fit(filled: readonly number[], natural: readonly number[], layout: Layout): Fitting {
  const { width, head = [], shrink = [], drop = [], below = BELOW, single } = layout;
  const last = filled.at(-1) ?? -1;
  const least = new Map(shrink.map(([name, size]) => [head.indexOf(name), size]));
  const sizes = [...natural];
  const sizeOf = (at: number): number => sizes[at] ?? 0;
  const leastOf = (at: number): number => Math.min(sizeOf(at), least.get(at) ?? Infinity);
  let front = filled.filter((at) => at !== last);
  /** How much is missing where the last column gets so much. */
  const missing = (size: (at: number) => number, wanted: number): number =>
    front.reduce((sum, at) => sum + size(at) + GAP.length, Math.min(natural[last] ?? 0, wanted)) - width;
  const wanted = below > LEAST && missing(leastOf, below) > 0 ? 0 : WANTED;
  for (const name of drop) {
    if (missing(leastOf, Math.min(wanted, LEAST)) <= 0) break;
    front = front.filter((at) => at !== head.indexOf(name));
  }
  const narrow = (at: number, to: number, forLast: number): void => {
    const over = missing(sizeOf, forLast);
    if (over > 0 && front.includes(at)) sizes[at] = Math.max(Math.min(sizeOf(at), to), sizeOf(at) - over);
  };
  for (const [at, size] of least) narrow(at, size, wanted);
  // On a terminal for which that is still too much the widest give way, whichever they are.
  for (const at of [...front].sort((a, b) => sizeOf(b) - sizeOf(a))) narrow(at, FLOOR, 0);
  // A line that is longer than the screen would break all that stand below it.
  if (single !== undefined) while (front.length > 0 && missing(sizeOf, 0) > 0) front = front.slice(0, -1);
  const isBelow = single === undefined && front.length > 0 && (wanted === 0 || missing(sizeOf, BELOW) > 0);
  return { front: front.map((at) => ({ at, size: sizeOf(at) })), last, isBelow };
}

function linesOf(row: readonly Shown[], fitting: Fitting, { width, lines: most, single }: Layout): string[] {
  const { front, last, isBelow } = fitting;
  if (single !== undefined) return [singleLine(row, fitting, width, single === "filled")];
  const before = front.map(({ at, size }) => `${fitted(row[at], size)}${GAP}`).join("");
  const { text, paint } = row[last] ?? shown("");
  if (text === "") return [before.trimEnd()];
  const indent = isBelow ? INDENT.length : front.reduce((sum, { size }) => sum + size + GAP.length, 0);
  const parts = wrap(text, Math.max(FLOOR, width - indent), most).map(paint);
  const all = parts.map((part) => `${" ".repeat(indent)}${part}`);
  return isBelow ? [before.trimEnd(), ...all] : [`${before}${parts[0] ?? ""}`, ...all.slice(1)];
}

function singleLine(row: readonly Shown[], { front, last }: Fitting, width: number, isFilled: boolean): string {
  const before = front.map(({ at, size }) => `${fitted(row[at], size)}${GAP}`).join("");
  const left = Math.max(0, width - front.reduce((sum, { size }) => sum + size + GAP.length, 0));
  const { text, paint } = row[last] ?? shown("");
  if (isFilled) return `${before}${fitted({ text, paint }, left)}`;
  return text === "" ? before.trimEnd() : `${before}${paint(cut(text, left))}`;
}

/** Filled up behind its colour, so that none of that is seen where nothing stands. */
function fitted(cell: Shown | undefined, size: number): string {
  if (cell === undefined || cell.text === "") return " ".repeat(size);
  const text = cut(cell.text, size);
  return `${cell.paint(text)}${" ".repeat(Math.max(0, size - widthOf(text)))}`;
}

/** One line, cut to the width. */
export const clip = (text: string, width: number): string => cut(printable(text.replaceAll(/\s+/g, " ")), width);
