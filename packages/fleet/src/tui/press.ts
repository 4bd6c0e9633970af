/** Handles a key: a state and a key give a new state and at most one effect. Pure. */
import { deedsFor, type DeedKey, isDeedKey } from "./deeds.ts";
import type { Key } from "./keys.ts";
import {
  type Asking,
  cursorAt,
  type Deed,
  type Pane,
  rowAt,
  rowsIn,
  type State,
  type Wish,
  withCursor,
} from "./state.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Pressed {
  readonly state: State;
  readonly wish?: Wish;
}

/** From this width on a pane is shown beside the list. */
export const SPLIT = 120;

export function press(before: State, key: Key, size: Size): Pressed {
  const state: State = { ...before, message: undefined };
  if (key.kind === "interrupt") return { state, wish: { kind: "quit" } };
  if (key.kind === "suspend" || key.kind === "redraw") return { state, wish: { kind: key.kind } };
  if (state.asking !== undefined) return asked(state, state.asking, key);
  if (state.isHelp) return { state: { ...state, isHelp: false } };
  if (state.pane !== undefined) return inPane(state, state.pane, key, size);
  return inList(state, key, size);
}

/** Half a screen, so that the reader keeps the place. */
const page = ({ rows }: Size): number => Math.max(1, Math.floor(rows / 2));

function inList(state: State, key: Key, size: Size): Pressed {
  const at = cursorAt(state, rowsIn(state));
  const name = key.kind === "char" ? key.char : key.kind;
  const to = key.kind === "scroll" ? at + key.by : name === " " ? undefined : SCROLLS[name]?.(at, page(size));
  if (to !== undefined) return { state: withCursor(state, to) };
  if (key.kind === "tab") return { state: nextPart(state) };
  if (key.kind === "enter") return opened(state, "details");
  if (key.kind === "escape") return { state: atRest({ ...state, filter: "", onlyProblems: false, marked: new Set() }) };
  if (key.kind !== "char") return { state };
  const { char } = key;
  switch (char) {
    case "q":
      return { state, wish: { kind: "quit" } };
    case "?":
      return { state: { ...state, isHelp: true } };
    case "/":
      return { state: { ...state, asking: { kind: "filter", text: state.filter } } };
    case ":":
      return { state: { ...state, asking: { kind: "command", text: "" } } };
    case "!":
      return { state: withCursor({ ...state, onlyProblems: !state.onlyProblems }, 0) };
    case "w":
      return { state: { ...state, isWide: !state.isWide } };
    case "c":
      return { state, wish: { kind: "seen" } };
    case " ":
      return { state: marked(state) };
    case "l":
      return opened(state, "log");
    case "d":
      return opened(state, "diff");
    default:
      return isDeedKey(char) ? decided(state, char) : { state };
  }
}

/** The list without a pane, with the cursor on the same row. */
const atRest = (state: State): State => ({ ...state, hold: state.hold === "pinned" ? "chosen" : state.hold });

/** To the first row of the next part. */
function nextPart(state: State): State {
  const rows = rowsIn(state);
  const at = cursorAt(state, rows);
  const next = rows.findIndex((row, i) => i > at && row.part !== rows[at]?.part);
  return withCursor(state, next < 0 ? 0 : next);
}

function marked(state: State): State {
  const row = rowAt(state);
  if (row === undefined) return state;
  const marks = new Set(state.marked);
  if (!marks.delete(row.key)) marks.add(row.key);
  return withCursor({ ...state, marked: marks }, cursorAt(state, rowsIn(state)) + 1);
}

function opened(state: State, pane: "details" | "log" | "diff"): Pressed {
  const id = state.pane === undefined ? (rowAt(state)?.id ?? null) : state.pane.id;
  if (id === null) return { state: { ...state, message: { kind: "trouble", text: "that row is of no task" } } };
  return { state, wish: { kind: "open", pane, id } };
}

/** A decision key: applies to the pane's task, else to the marked rows, else to the cursor's row. */
function decided(state: State, key: DeedKey): Pressed {
  const rows = rowsIn(state);
  const { pane } = state;
  const marks = rows.filter((row) => (pane === undefined ? state.marked.has(row.key) : row.id === pane.id));
  const row = pane === undefined ? rows[cursorAt(state, rows)] : undefined;
  const meant = marks.length > 0 ? marks : row === undefined ? [] : [row];
  const next = deedsFor(key, meant, state.view?.mode ?? "running");
  switch (next.kind) {
    case "ask":
      return { state: { ...state, asking: next.asking } };
    case "do":
      return { state: { ...state, marked: new Set() }, wish: { kind: "do", deeds: next.deeds } };
    case "no":
      return { state: { ...state, message: { kind: "trouble", text: next.why } } };
  }
}

function asked(state: State, asking: Asking, key: Key): Pressed {
  const done = { ...state, asking: undefined };
  if (key.kind === "escape") return { state: asking.kind === "filter" ? withCursor({ ...done, filter: "" }, 0) : done };
  if (asking.kind === "confirm") {
    if (key.kind !== "char" || key.char !== "y") return { state: done };
    return { state: { ...done, marked: new Set() }, wish: { kind: "do", deeds: asking.deeds } };
  }
  if (key.kind === "enter") return said(done, asking);
  const text = typed(asking.text, key);
  if (text === undefined) return { state };
  const next = { ...state, asking: { ...asking, text } };
  return { state: asking.kind === "filter" ? withCursor({ ...next, filter: text }, 0) : next };
}

/** Undefined: the key enters no text. Line ends in pasted text become blanks, because the prompt has one line. */
function typed(text: string, key: Key): string | undefined {
  if (key.kind === "char") return text + key.char;
  if (key.kind === "paste") return text + key.text.replaceAll(/[\r\n\t]+/g, " ");
  if (key.kind === "backspace") return Array.from(text).slice(0, -1).join("");
  return key.kind === "delete-line" ? "" : undefined;
}

function said(state: State, asking: Exclude<Asking, { kind: "confirm" }>): Pressed {
  const text = asking.text.trim();
  if (asking.kind === "filter") return { state };
  if (text === "") return { state };
  const deed = deedOf(asking, text);
  return deed === undefined ? { state } : { state, wish: { kind: "do", deeds: [deed] } };
}

function deedOf(asking: Exclude<Asking, { kind: "confirm" | "filter" }>, text: string): Deed | undefined {
  if (asking.kind === "command") return { kind: "command", words: text };
  const { row } = asking;
  if (row.id === null || row.part !== "needs") return undefined;
  if (asking.kind === "reject") return { kind: "reject", id: row.id, text };
  const { options, question: n } = row.need;
  // An answer that looks like an option's number is first compared with the options' texts.
  const chosen = /^\d+$/.test(text) && !options.includes(text) ? options[Number(text) - 1] : undefined;
  return { kind: "answer", id: row.id, n, text: chosen ?? text };
}

function inPane(state: State, pane: Pane, key: Key, size: Size): Pressed {
  const last = Math.max(0, pane.lines.length - paneRows(size));
  const shown = Math.min(pane.offset, last);
  const to = scrolled(key, shown, page(size));
  // Scrolling at the end of a log reveals more.
  if (to !== undefined)
    return {
      state: {
        ...state,
        pane: { ...pane, offset: to >= last && pane.kind === "log" ? Infinity : Math.max(0, Math.min(to, last)) },
      },
    };
  if (key.kind === "escape" || key.kind === "enter") return { state: { ...state, pane: undefined } };
  if (key.kind !== "char") return { state };
  switch (key.char) {
    case "q":
      return { state: { ...state, pane: undefined } };
    case "l":
      return opened(state, "log");
    case "d":
      return opened(state, "diff");
    case "?":
      return { state: { ...state, isHelp: true } };
    default:
      return isDeedKey(key.char) ? decided(state, key.char) : { state };
  }
}

/** The new first line; undefined: not a scroll key. */
function scrolled(key: Key, at: number, half: number): number | undefined {
  if (key.kind === "scroll") return at + 3 * key.by;
  const name = key.kind === "char" ? key.char : key.kind;
  return SCROLLS[name]?.(at, half);
}

const SCROLLS: Readonly<Record<string, (at: number, half: number) => number>> = {
  up: (at) => at - 1,
  k: (at) => at - 1,
  down: (at) => at + 1,
  j: (at) => at + 1,
  "page-up": (at, half) => at - half,
  "page-down": (at, half) => at + half,
  " ": (at, half) => at + half,
  home: () => 0,
  g: () => 0,
  end: () => Infinity,
  G: () => Infinity,
};

/** With this many lines, one shows the cursor row's text whole. */
export const TELLING = 14;

/** A pane's text lines: the screen without its title and the lines around it. */
const paneRows = ({ rows }: Size): number => Math.max(1, rows - (rows >= TELLING ? 4 : 3));
