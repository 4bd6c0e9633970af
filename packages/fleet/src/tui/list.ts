/** The rows in their three parts, scrolled so that the cursor is visible. Pure. */
import { moment } from "@fleet/kit/when";

import { millis } from "../app/terms.ts";
import type { Colours } from "../cli/style.ts";
import { lineOf, type Span } from "./line.ts";
import { longestId, rowLines } from "./row-lines.ts";
import type { Part, Row } from "./rows.ts";
import { cursorAt, lineAt, rowsIn, type State } from "./state.ts";

export interface Look {
  readonly c: Colours;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const HEADINGS: Readonly<Record<Part, string>> = { needs: "NEEDS YOU", running: "RUNNING", finished: "FINISHED" };

/** Only this many rows around the cursor are formatted: no screen shows more, and there may be thousands for each key press. */
const BLOCK = 200;

function isNear(row: number, cursor: number, room: number): boolean {
  const block = (at: number): number => Math.floor(at / Math.max(BLOCK, room));
  return Math.abs(block(row) - block(cursor)) <= 1;
}

interface Line {
  readonly text: string;
  readonly row: number | undefined;
}

interface List {
  readonly lines: string[];
  readonly offset: number;
  readonly rowOn: Map<number, number>;
}

export function listLines(state: State, columns: number, room: number, { c, now }: Look, isFull: boolean): List {
  const rows = rowsIn(state);
  const at = cursorAt(state, rows);
  const look = { c, columns, now, ids: longestId(rows), isWide: state.isWide, isFull };
  const all: Line[] = [];
  for (const part of ["needs", "running", "finished"] as const) {
    const begin = rows.findIndex((row) => row.part === part);
    if (begin < 0) continue;
    const end = rows.findLastIndex((row) => row.part === part) + 1;
    all.push({ text: lineOf(headingSpans(part, end - begin, state, c, now), columns, isFull), row: undefined });
    let lines: readonly string[] = [];
    let from = begin;
    while (from < end && !isNear(from, at, room)) from++;
    let to = from;
    while (to < end && isNear(to, at, room)) to++;
    if (to > from) {
      const near = rows.slice(from, to);
      lines = rowLines(
        near.map((row, n) => ({ row, isMarked: state.marked.has(row.key), isCursor: from + n === at })),
        look,
      );
    }
    for (let i = begin; i < end; i++) all.push({ text: lines[i - from] ?? "", row: i });
  }
  if (all.length === 0)
    all.push(...emptyLines(state).map((text) => ({ text: lineOf([{ text }], columns, isFull), row: undefined })));
  const cursor = rows.length === 0 ? 0 : lineAt(rows, at);
  const offset = offsetFor(state, cursor, all.length, room);
  const fits = all.length - offset <= room || room < 2;
  const shown = all.slice(offset, offset + (fits ? room : room - 1));
  const more = all.length - offset - shown.length;
  const lines = shown.map(({ text }) => text);
  const above =
    offset === 0 || room < 3 ? undefined : aboveLine(state, rows, shown, { columns, isFull, look: { c, now } });
  if (above !== undefined) lines[0] = above;
  if (!fits) lines.push(lineOf([{ text: `  … ${more} more`, paint: c.dim }], columns, isFull));
  const rowOn = new Map(
    shown.flatMap(({ row }, line) =>
      row === undefined || (line === 0 && above !== undefined) ? [] : [[line + 1, row] as const],
    ),
  );
  return { lines, offset, rowOn };
}

interface Frame {
  readonly columns: number;
  readonly isFull: boolean;
  readonly look: Look;
}

/** The heading above the first visible row says how many rows are scrolled off, so that new ones there are noticed. */
function aboveLine(
  state: State,
  rows: readonly Row[],
  shown: readonly Line[],
  { columns, isFull, look: { c, now } }: Frame,
): string | undefined {
  const first = shown.slice(1).find(({ row }) => row !== undefined)?.row;
  const part = first === undefined ? undefined : rows[first]?.part;
  if (first === undefined || part === undefined) return undefined;
  const count = rows.filter((row) => row.part === part).length;
  const above = { text: `, … ${first} above`, paint: c.dim };
  return lineOf([...headingSpans(part, count, state, c, now), above], columns, isFull);
}

/** Scrolls the least that makes the cursor visible, with its heading if it is the first of its part. */
function offsetFor({ offset: before, hold }: State, cursor: number, count: number, room: number): number {
  const last = hold === "pinned" ? count : Math.max(0, count - room);
  // The last line of a screen that is too short says how much is below.
  const low = cursor >= count - 1 ? cursor - room + 1 : cursor - room + 2;
  return Math.max(0, Math.min(last, Math.max(low, Math.min(before, Math.max(0, cursor - 1)))));
}

function headingSpans(part: Part, count: number, state: State, c: Colours, now: number): Span[] {
  const since =
    part === "finished" && state.view !== undefined ? ` since ${moment(millis(state.view.since), now)}` : "";
  const total = state.view?.finished_count ?? 0;
  const isCut = part === "finished" && state.filter === "" && !state.onlyProblems && count < total;
  const only = state.onlyProblems ? ", only problems" : "";
  const filter = state.filter === "" ? "" : `, with ${JSON.stringify(state.filter)}`;
  return [
    // Not only tasks need a person; the top line counts the tasks.
    {
      text: part === "needs" ? HEADINGS[part] : `${HEADINGS[part]} ${count}${isCut ? ` of ${total}` : ""}`,
      paint: c.bold,
    },
    { text: `${since}${only}${filter}`, paint: c.dim },
  ];
}

function emptyLines({ view, filter, onlyProblems }: State): string[] {
  if (view === undefined) return ["…"];
  if (filter !== "") return [`Nothing has ${JSON.stringify(filter)} in it: Escape shows everything.`];
  if (onlyProblems) return ["No problems: ! shows everything."];
  const { counts } = view;
  const left = counts.ready + counts.waiting + counts.blocked;
  if (left > 0) return [`No tasks running. ${left === 1 ? "1 task waits" : `${left} tasks wait`}: fleet tasks --all`];
  return ["Nothing to do.", "", 'A task for this directory: fleet create "Title" -d "What to do"'];
}
