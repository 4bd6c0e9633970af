/** What the person at the screen sees and is about to do. Plain data. */
import type { FinishedRow, TopView } from "../app/views/top.ts";
import { type Row, rowsOf, type Wanted } from "./rows.ts";

/** What is shown of one task beside the rows, or of a command: text that can be scrolled. */
export type PaneKind = "details" | "log" | "diff" | "output";

export interface Pane {
  readonly kind: PaneKind;
  /** The task; null of a command's output. */
  readonly id: string | null;
  readonly title: string;
  readonly lines: readonly string[];
  /** The first line that is shown; past the end: the end stays in sight. */
  readonly offset: number;
}

/** What the last line asks for; the list stands above it as it was. */
export type Asking =
  /** `/`: the rows that say this. */
  | { readonly kind: "filter"; readonly text: string }
  /** `:`: a command of fleet's. */
  | { readonly kind: "command"; readonly text: string }
  /** The words of an answer, or for an attempt that is sent back. */
  | { readonly kind: "answer" | "reject"; readonly row: Row; readonly text: string }
  /** `y` does it. */
  | { readonly kind: "confirm"; readonly question: string; readonly deeds: readonly Deed[] };

/** What a person decides, by an operation of app. */
export type Deed =
  | { readonly kind: "answer"; readonly id: string; readonly n: number | null; readonly text: string }
  | { readonly kind: "approve"; readonly id: string }
  | { readonly kind: "reject"; readonly id: string; readonly text: string }
  | { readonly kind: "retry"; readonly id: string }
  | { readonly kind: "kill"; readonly id: string }
  | { readonly kind: "land"; readonly id: string }
  | { readonly kind: "pause"; readonly account: string | null }
  | { readonly kind: "resume"; readonly account: string | null }
  /** Words of a command line, run as a process of its own. */
  | { readonly kind: "command"; readonly words: string };

/** What a key leads to beside a new state. */
export type Wish =
  | { readonly kind: "do"; readonly deeds: readonly Deed[] }
  | { readonly kind: "open"; readonly pane: Exclude<PaneKind, "output">; readonly id: string }
  /** What is finished was seen: it is told no more. */
  | { readonly kind: "seen" }
  | { readonly kind: "quit" | "suspend" | "redraw" };

export interface State extends Wanted {
  readonly view: TopView | undefined;
  /** The row that keys are for, by its key; and where it stood, for when it is gone. */
  readonly cursor: { readonly key: string; readonly at: number };
  /** The first line of the list that is shown. */
  readonly offset: number;
  /**
   * first: nobody has chosen a row, and what is new at the top is in sight · chosen: the cursor's row stays where it is on the screen ·
   * pinned: the list stands lower than it would have to, so that the row does.
   */
  readonly hold: "first" | "chosen" | "pinned";
  readonly marked: ReadonlySet<string>;
  readonly isWide: boolean;
  readonly isHelp: boolean;
  readonly asking: Asking | undefined;
  readonly pane: Pane | undefined;
  /** What came of the last deed, or why there is nothing new. */
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

/** What has finished and stands on the screen. `rowOn`: the rows there, by the line. */
export function finishedOn(state: State, rowOn: ReadonlyMap<number, number>): FinishedRow[] {
  const rows = rowsIn(state);
  return [...rowOn.values()].flatMap((at) => {
    const row = rows[at];
    return row?.part === "finished" ? [row.done] : [];
  });
}

/** Where the cursor is among these: on its row, or, where that is gone, where that stood. */
export function cursorAt({ cursor }: State, rows: readonly Row[]): number {
  const at = rows.findIndex(({ key }) => key === cursor.key);
  return at >= 0 ? at : Math.max(0, Math.min(cursor.at, rows.length - 1));
}

export const rowAt = (state: State): Row | undefined => {
  const rows = rowsIn(state);
  return rows[cursorAt(state, rows)];
};

/** The line of the list on which a row is, from 0: each part has a heading. */
export const lineAt = (rows: readonly Row[], at: number): number =>
  at + new Set(rows.slice(0, at + 1).map(({ part }) => part)).size;

/** A person goes to a row; the first one is where the screen begins. */
export function withCursor(state: State, at: number): State {
  const rows = rowsIn(state);
  const to = Math.max(0, Math.min(at, rows.length - 1));
  return { ...state, cursor: { key: rows[to]?.key ?? "", at: to }, hold: to === 0 ? "first" : "chosen" };
}

/** A new look: the cursor stays on its row, a row that was chosen where it is on the screen, and marks of what is gone go. */
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
