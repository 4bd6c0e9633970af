/** The screen's state: what is shown, and what the person is about to do. Plain data. */
import type { FinishedRow, TopView } from "../app/views/top.ts";
import { type Row, rowsOf, type Wanted } from "./rows.ts";

/** A pane: a task's details or a command's output, as scrollable text. */
export type PaneKind = "details" | "log" | "diff" | "output";

export interface Pane {
  readonly kind: PaneKind;
  /** The task; null for a command's output. */
  readonly id: string | null;
  readonly title: string;
  readonly lines: readonly string[];
  /** The first visible line; past the end: follow the end. */
  readonly offset: number;
}

/** The prompt in the bottom line; the list above it stays. */
export type Asking =
  /** `/`: filter rows. */
  | { readonly kind: "filter"; readonly text: string }
  /** `:`: a fleet command. */
  | { readonly kind: "command"; readonly text: string }
  /** The text of an answer or a rejection. */
  | { readonly kind: "answer" | "reject"; readonly row: Row; readonly text: string }
  /** `y` confirms. */
  | { readonly kind: "confirm"; readonly question: string; readonly deeds: readonly Deed[] };

/** A decision, by an operation of app. */
export type Deed =
  | { readonly kind: "answer"; readonly id: string; readonly n: number | null; readonly text: string }
  | { readonly kind: "approve"; readonly id: string }
  | { readonly kind: "reject"; readonly id: string; readonly text: string }
  | { readonly kind: "retry"; readonly id: string }
  | { readonly kind: "kill"; readonly id: string }
  | { readonly kind: "land"; readonly id: string }
  | { readonly kind: "pause"; readonly account: string | null }
  | { readonly kind: "resume"; readonly account: string | null }
  /** A command line, run as a process. */
  | { readonly kind: "command"; readonly words: string };

/** The effect of a key besides a new state. */
export type Wish =
  | { readonly kind: "do"; readonly deeds: readonly Deed[] }
  | { readonly kind: "open"; readonly pane: Exclude<PaneKind, "output">; readonly id: string }
  /** Mark finished tasks as seen. */
  | { readonly kind: "seen" }
  | { readonly kind: "quit" | "suspend" | "redraw" };

export interface State extends Wanted {
  readonly view: TopView | undefined;
  /** The cursor: the key of its row, and the row's position for when it is gone. */
  readonly cursor: { readonly key: string; readonly at: number };
  /** The first visible line of the list. */
  readonly offset: number;
  /**
   * first: the person has chosen no row, so new rows at the top are visible · chosen: the cursor's row keeps its line on the screen ·
   * pinned: the list is scrolled further than needed, to keep the row on its line.
   */
  readonly hold: "first" | "chosen" | "pinned";
  readonly marked: ReadonlySet<string>;
  readonly isWide: boolean;
  readonly isHelp: boolean;
  readonly asking: Asking | undefined;
  readonly pane: Pane | undefined;
  /** The result of the last action, or why there are no new data. */
  readonly message: { readonly kind: "done" | "trouble"; readonly text: string } | undefined;
}

export const START: State = {
  view: undefined,
  cursor: { key: "", at: 0 },
  offset: 0,
  hold: "first",
  marked: new Set(),
  filter: "",
  onlyProblems: false,
  isWide: false,
  isHelp: false,
  asking: undefined,
  pane: undefined,
  message: undefined,
};

export const rowsIn = (state: State): readonly Row[] => (state.view === undefined ? [] : rowsOf(state.view, state));

/** Finished tasks now visible. `rowOn`: the rows by screen line. */
export function finishedOn(state: State, rowOn: ReadonlyMap<number, number>): FinishedRow[] {
  const rows = rowsIn(state);
  return [...rowOn.values()].flatMap((at) => {
    const row = rows[at];
    return row?.part === "finished" ? [row.done] : [];
  });
}

/** The cursor's index: its row's, or, where that is gone, the old position. */
export function cursorAt({ cursor }: State, rows: readonly Row[]): number {
  const at = rows.findIndex(({ key }) => key === cursor.key);
  return at >= 0 ? at : Math.max(0, Math.min(cursor.at, rows.length - 1));
}

export const rowAt = (state: State): Row | undefined => {
  const rows = rowsIn(state);
  return rows[cursorAt(state, rows)];
};

/** The list line of a row, from 0, counting each part's heading. */
export const lineAt = (rows: readonly Row[], at: number): number =>
  at + new Set(rows.slice(0, at + 1).map(({ part }) => part)).size;

/** Moves to a row; the first one scrolls to the top. */
export function withCursor(state: State, at: number): State {
  const rows = rowsIn(state);
  const to = Math.max(0, Math.min(at, rows.length - 1));
  return { ...state, cursor: { key: rows[to]?.key ?? "", at: to }, hold: to === 0 ? "first" : "chosen" };
}

/** New data: the cursor stays on its row, a chosen row on its screen line; marks of missing rows are dropped. */
export function seen(state: State, view: TopView): State {
  const before = rowsIn(state);
  const next = { ...state, view };
  const rows = rowsIn(next);
  const at = cursorAt(next, rows);
  const by = lineAt(rows, at) - lineAt(before, cursorAt(state, before));
  const isHeld = state.hold !== "first" && by !== 0;
  return {
    ...next,
    cursor: { key: rows[at]?.key ?? "", at },
    offset: isHeld ? Math.max(0, state.offset + by) : state.offset,
    hold: isHeld && by > 0 ? "pinned" : state.hold,
    marked:
      state.marked.size === 0 ? state.marked : new Set(rows.flatMap(({ key }) => (state.marked.has(key) ? [key] : []))),
  };
}
