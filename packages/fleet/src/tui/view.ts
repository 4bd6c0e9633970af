/** The whole screen as lines, from the state alone. Pure: tests compare what a person sees. */
import { counted, tokensText, usdText } from "@fleet/kit/figures";
import type { Paint } from "@fleet/kit/table";
import { clockTime, moment } from "@fleet/kit/when";

import { millis } from "../app/terms.ts";
import type { TopView } from "../app/views/top.ts";
import type { Colours } from "../cli/style.ts";
import { countWords } from "../cli/count-words.ts";
import { hintsFor } from "./deeds.ts";
import { helpLines } from "./help.ts";
import { lineOf, type Span } from "./line.ts";
import { SPLIT, TELLING } from "./press.ts";
import { listLines, type Look } from "./list.ts";
import { tellingOf } from "./row-lines.ts";
import { cursorAt, type Pane, rowsIn, type State } from "./state.ts";

export interface Screenful {
  readonly lines: readonly string[];
  /** The state, scrolled so that the cursor is visible. */
  readonly offset: number;
  /** The rows by screen line. */
  readonly rowOn: ReadonlyMap<number, number>;
}

/** The top and the bottom line; with enough room also the line that shows the cursor's row whole. */
const AROUND = 2;

export function view(state: State, columns: number, rows: number, look: Look): Screenful {
  const { c } = look;
  const head = lineOf(headSpans(state.view, look), columns);
  const last = lineOf(lastSpans(state, look), columns);
  const told = rows >= TELLING ? [lineOf(tellingSpans(state, look), columns)] : [];
  const room = Math.max(1, rows - AROUND - told.length);
  const framed = (lines: readonly string[]): string[] => [head, ...padded(lines, room), ...told, last];
  if (state.isHelp) return { lines: framed(helpLines(columns, room, c)), offset: state.offset, rowOn: new Map() };
  const { pane } = state;
  if (pane !== undefined && columns < SPLIT)
    return { lines: framed(paneLines(pane, columns, room, c)), offset: state.offset, rowOn: new Map() };
  const left = pane === undefined ? columns : Math.floor(columns * 0.45);
  const list = listLines(state, left, room, look, pane !== undefined);
  const beside = pane === undefined ? [] : paneLines(pane, columns - left - 2, room, c);
  const body = pane === undefined ? list.lines : sideBySide(list.lines, beside, left, room, c);
  return { lines: framed(body), offset: list.offset, rowOn: list.rowOn };
}

const padded = (lines: readonly string[], room: number): string[] =>
  Array.from({ length: room }, (_, at) => lines[at] ?? "");

function tellingSpans(state: State, { c, now }: Look): Span[] {
  const rows = rowsIn(state);
  const row = rows[cursorAt(state, rows)];
  return row === undefined || state.pane !== undefined || state.isHelp
    ? []
    : [{ text: tellingOf(row, now), paint: c.dim }];
}

function headSpans(view: TopView | undefined, { c, now }: Look): Span[] {
  if (view === undefined) return [{ text: "fleet", paint: c.bold }];
  const { counts, accounts, spent_today: spent, mode, needs } = view;
  const asking = needs.filter(({ kind }) => kind === "question").length;
  const told = (state: keyof typeof counts, paint?: Paint): Span[] =>
    counts[state] === 0 && state !== "running"
      ? []
      : [{ text: `  ${countWords(state, counts[state])}`, ...(paint === undefined ? {} : { paint }) }];
  const isPaid = spent.usd > 0 || spent.tokens > 0;
  return [
    { text: clockTime(now).slice(0, 5), paint: c.dim },
    ...(mode === "running" ? [] : [{ text: `  ${mode}`, paint: c.yellow }]),
    ...told("needs-you", c.yellow),
    ...told("held", c.yellow),
    ...(asking === 0 ? [] : [{ text: `  ${counted(asking, "question")}`, paint: c.yellow }]),
    ...(counts.running === 0 ? told("running") : told("running", c.green)),
    ...told("ready"),
    ...told("waiting"),
    ...told("blocked"),
    ...(isPaid ? [{ text: `  today ${usdText(spent.usd)} ${tokensText(spent.tokens)}` }] : []),
    ...accounts.flatMap((account) => accountSpans(account, c, now)),
  ];
}

/** How much of an account's fullest window is used, and when it resets. */
function accountSpans({ name, windows, state, until }: TopView["accounts"][number], c: Colours, now: number): Span[] {
  if (state !== "free")
    return [
      { text: `  ${name} ${state}${until === null ? "" : ` until ${moment(millis(until), now)}`}`, paint: c.yellow },
    ];
  const used = Object.values(windows).filter(({ utilization }) => utilization !== null);
  const [fullest] = used.toSorted((a, b) => (b.utilization ?? 0) - (a.utilization ?? 0));
  if (fullest === undefined) return [];
  const share = fullest.utilization ?? 0;
  const resets = fullest.resets === null ? "" : ` until ${moment(millis(fullest.resets), now)}`;
  return [{ text: `  ${name} ${Math.round(share * 100)}%${resets}`, paint: share >= 0.8 ? c.yellow : c.dim }];
}

function paneLines(pane: Pane, columns: number, room: number, c: Colours): string[] {
  const body = Math.max(1, room - 1);
  const offset = Math.min(pane.offset, Math.max(0, pane.lines.length - body));
  const shown = pane.lines.slice(offset, offset + body);
  const below = pane.lines.length - offset - shown.length;
  const where =
    offset === 0 && below === 0 ? "" : `  lines ${offset + 1}–${offset + shown.length} of ${pane.lines.length}`;
  const title = lineOf(
    [
      { text: pane.title, paint: c.bold },
      { text: where, paint: c.dim },
    ],
    columns,
  );
  const paint = pane.kind === "diff" ? diffPaint(c) : undefined;
  const text = shown.map((line) =>
    lineOf([{ text: line, ...(paint === undefined ? {} : { paint: paint(line) }) }], columns),
  );
  return [title, ...(text.length === 0 ? [c.dim("(nothing)")] : text)];
}

const same = (text: string): string => text;

const diffPaint =
  (c: Colours) =>
  (line: string): ((text: string) => string) => {
    if (line.startsWith("@@") || line.startsWith("diff ")) return c.dim;
    return line.startsWith("+") ? c.green : line.startsWith("-") ? c.red : same;
  };

function sideBySide(
  list: readonly string[],
  pane: readonly string[],
  left: number,
  room: number,
  c: Colours,
): string[] {
  const empty = " ".repeat(left);
  return Array.from({ length: room }, (_, at) => `${list[at] ?? empty}${c.dim("│")} ${pane[at] ?? ""}`);
}

function lastSpans(state: State, { c }: Look): Span[] {
  const { asking, message, pane, isHelp } = state;
  if (asking !== undefined) return askingSpans(asking, c);
  if (message !== undefined) return [{ text: message.text, paint: message.kind === "trouble" ? c.red : c.green }];
  if (isHelp) return [{ text: "any key: back", paint: c.dim }];
  const rows = rowsIn(state);
  const row = pane === undefined ? rows[cursorAt(state, rows)] : rows.find(({ id }) => id === pane.id);
  const hints: (readonly [string, string])[] = [
    ...hintsFor(row).filter(([key]) => pane === undefined || key !== "enter"),
    ...(pane === undefined ? [] : [["Escape", "back"] as const]),
    ["?", "all keys"],
    ...(pane === undefined ? [["q", "quit"] as const] : []),
  ];
  const marks = pane === undefined ? state.marked.size : 0;
  return [
    ...(marks === 0 ? [] : [{ text: `${marks} marked:   `, paint: c.bold }]),
    ...hints.flatMap(([key, what], at) => [
      { text: `${at === 0 ? "" : "   "}${key}`, paint: c.bold },
      { text: ` ${what}` },
    ]),
  ];
}

function askingSpans(asking: NonNullable<State["asking"]>, c: Colours): Span[] {
  switch (asking.kind) {
    case "confirm":
      return [{ text: asking.question, paint: c.bold }, { text: "  y: yes   any other key: no" }];
    case "filter":
      return [{ text: `/${asking.text}`, paint: c.bold }, { text: "▏  Enter keeps it   Escape shows everything" }];
    case "command":
      return [{ text: `:fleet ${asking.text}`, paint: c.bold }, { text: "▏  Enter runs it   Escape: no" }];
    case "answer":
    case "reject": {
      const word = asking.kind === "answer" ? "answer" : "what is missing";
      return [{ text: `${word} (${asking.row.id ?? ""}): `, paint: c.bold }, { text: `${asking.text}▏` }];
    }
  }
}
