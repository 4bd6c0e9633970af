/** How wide text is on a terminal, and text that is made to fit one: cut, or wrapped at words. Plain text, without colours. */
import stringWidth from "string-width";

/** Where text goes. */
export interface Output {
  readonly isTerminal: { readonly stdout: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A terminal that does not know how wide it is (a pty of 0 columns). */
const USUAL = { columns: 80, rows: 24 } as const;

const firstOf = (candidates: readonly (number | undefined)[]): number | undefined =>
  candidates.find((one) => one !== undefined && Number.isInteger(one) && one > 0);

/** COLUMNS, which `watch` and tests set, then what the terminal says; without either there is no end: a program reads it. */
export function terminalWidth({ isTerminal, env }: Output, ofTerminal?: number): number {
  const told = firstOf([Number(env["COLUMNS"])]);
  if (!isTerminal.stdout) return told ?? Infinity;
  return told ?? firstOf([ofTerminal ?? process.stdout.columns]) ?? USUAL.columns;
}

export function terminalHeight({ env }: Pick<Output, "env">, ofTerminal?: number): number {
  return firstOf([Number(env["LINES"]), ofTerminal ?? process.stdout.rows]) ?? USUAL.rows;
}

/**
 * Nothing but what takes one cell each and joins nothing: printable ASCII, a blank that does not break, letters of Latin, Greek and Cyrillic,
 * dashes, quotes, "…", arrows, "−", lines, blocks and shapes, "⚠", "✓" and "✗". The usual case, which needs no table of Unicode: the first
 * look at one costs 35 ms, more than all else that `tasks` does.
 */
export const NARROW =
  /^[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2190-\u21ff\u2212\u2500-\u25fc\u26a0\u2713-\u2718]*$/;

export const widthOf = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text));

/** Not before it is needed: the first of a process costs 20 ms. */
let graphemes: Intl.Segmenter | undefined;

/** Where the first so many cells of a text end, between two characters as a reader counts them. */
function fitting(text: string, width: number): number {
  if (NARROW.test(text)) return Math.min(text.length, width);
  graphemes ??= new Intl.Segmenter();
  let used = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > width) return index;
  }
  return text.length;
}

/** Cut to so many cells, the last of them "…" where something was cut. Looks no further than that: text may be a thousand lines long. */
export function cut(text: string, width: number): string {
  if (NARROW.test(text) ? text.length <= width : fitting(text, width) === text.length) return text;
  if (width < 1) return "";
  return `${text.slice(0, fitting(text, Math.max(0, width - 1)))}…`;
}

/** A blank at which a line is broken only where nothing else fits; shown as a plain one, so that what it holds together can be pasted. */
const NO_BREAK = "\u00a0";

/** As it is measured and shown: what is so is measured without a segmenter. */
const plain = (text: string): string => text.replaceAll(NO_BREAK, " ");

/** Text that stays on one line where it fits. */
export const whole = (text: string): string => text.replaceAll(" ", NO_BREAK);

/** One line as lines of so many cells, broken between words, else within one; at most `most`, the last of them cut. */
export function wrap(text: string, width: number, most = Infinity): string[] {
  const lines: string[] = [];
  let rest = text.trimEnd();
  while (widthOf(plain(rest)) > width && lines.length + 1 < most) {
    const end = Math.max(1, fitting(plain(rest), width));
    const first = rest.search(/\S/);
    const blanks = [" ", NO_BREAK].map((blank) => (rest[end] === blank ? end : rest.lastIndexOf(blank, end - 1)));
    const at = blanks.find((blank) => blank > first) ?? end;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest].map(plain).map((line, at) => (at === lines.length ? cut(line, width) : line));
}

/** Text of several lines, each wrapped, behind an indent. */
export const paragraph = (text: string, width: number, indent: string): string[] =>
  text.split("\n").flatMap((line) => wrap(line, width - indent.length).map((part) => `${indent}${part}`.trimEnd()));
