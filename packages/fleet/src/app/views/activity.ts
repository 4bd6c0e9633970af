/**
 * What happened, as typed events, oldest first: the journal of the supervisor and of what people did. A reader keeps the cursor
 * and asks for what came since; a log that was put aside meanwhile is read to its end first.
 */

import { unreadable } from "@fleet/kit/errors";
import { timers } from "@fleet/kit/node";
import { openRegular, readFrom } from "@fleet/kit/read";

import { isJournalEvent, type JournalEvent } from "../../engine/core/journal-event.ts";
import { decodeEntry, type JournalEntry, journalPath } from "../../engine/shell/state/journal.ts";

export { timeOf } from "@fleet/store/time";
export { JOURNAL_EVENTS, type JournalEvent } from "../../engine/core/journal-event.ts";

/** `other`: written by another version of fleet; the text begins with that version's name for it. */
type ActivityKind = JournalEvent | "other";

export { isJournalEvent as isActivity } from "../../engine/core/journal-event.ts";

/** One event; `fleet log --json` prints exactly this, a line each. */
export interface ActivityEvent {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly event: ActivityKind;
  readonly task: string | null;
  readonly attempt: number | null;
  readonly coder: string | null;
  readonly model: string | null;
  readonly account: string | null;
  /** The person, of what a person did. */
  readonly by: string | null;
  /** RFC 3339: when it is over by itself, or tried again. */
  readonly until: string | null;
  readonly text: string;
}

type Since =
  /** Of an earlier answer: what came after it. */
  | { readonly kind: "cursor"; readonly cursor: string }
  /** Milliseconds since 1970. */
  | { readonly kind: "time"; readonly at: number }
  /** So many of the last, of those that are asked for. */
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "beginning" };

export interface ActivityQuery {
  readonly since: Since;
  readonly task?: string | undefined;
  /** Only these; absent: all. */
  readonly events?: readonly ActivityKind[] | undefined;
}

export interface Activity {
  readonly events: readonly ActivityEvent[];
  /** For the next question. */
  readonly cursor: string;
}

/** A log that is there: the one of now, and the one that was put aside before it. */
interface Log {
  readonly inode: number;
  /** Whole lines end here. */
  readonly end: number;
  readonly lines: readonly string[];
}

const NOTHING = "0:0";

/** What there is to say, from the home alone. */
export function activity(home: string, query: ActivityQuery): Activity {
  const wanted = wants(query);
  const logs = [`${journalPath(home)}.1`, journalPath(home)];
  const { since } = query;
  if (since.kind === "last") return lastOf(logs, wanted, since.count);
  const from = since.kind === "cursor" ? placeOf(since.cursor) : { inode: 0, offset: 0 };
  const isKnown = logs.map((path) => inodeOf(path) === from.inode);
  const read = logs.map((path, at) => {
    // A rotated log is read only if the cursor points into it, or nowhere any more.
    if (at === 0 && since.kind === "cursor" && isKnown[1] === true) return undefined;
    return readLog(path, isKnown[at] === true ? from.offset : 0);
  });
  return { events: eventsOf(read, wanted), cursor: cursorOf(read[1] ?? read[0], query) };
}

/** The same as it comes, until `goOn` says that nothing more will, or `stop` is aborted. */
export async function* follow(
  home: string,
  query: ActivityQuery,
  { goOn, stop }: { readonly goOn: () => boolean; readonly stop: AbortSignal },
): AsyncGenerator<ActivityEvent, void, void> {
  let seen = activity(home, query);
  for (;;) {
    yield* seen.events;
    if (stop.aborted || !goOn()) return;
    await timers()
      .setTimeout(POLL, undefined, { signal: stop })
      .catch(() => undefined);
    seen = activity(home, { ...query, since: { kind: "cursor", cursor: seen.cursor } });
  }
}

const POLL = 100;

function wants({ since, task, events }: ActivityQuery): (event: ActivityEvent) => boolean {
  const kinds = events === undefined ? undefined : new Set<ActivityKind>(events);
  const from = since.kind === "time" ? since.at : -Infinity;
  return (event) =>
    (task === undefined || event.task === task) &&
    (kinds === undefined || kinds.has(event.event)) &&
    (from === -Infinity || Date.parse(event.at) >= from);
}

const eventsOf = (logs: readonly (Log | undefined)[], wanted: (event: ActivityEvent) => boolean): ActivityEvent[] =>
  logs.flatMap((log) => (log?.lines ?? []).flatMap(eventOf)).filter(wanted);

function eventOf(line: string): ActivityEvent[] {
  const entry = decodeEntry(line);
  return entry === undefined ? [] : [activityEvent(entry)];
}

/** A line of the journal, as the feed has it. */
export function activityEvent(entry: JournalEntry): ActivityEvent {
  const { at, event, text, task, attempt, coder, model, account, by, until } = entry;
  const isKnown = isJournalEvent(event);
  return {
    at,
    event: isKnown ? event : "other",
    task: task ?? null,
    attempt: attempt ?? null,
    coder: coder ?? null,
    model: model ?? null,
    account: account ?? null,
    by: by ?? null,
    until: until ?? null,
    text: isKnown ? text : `${event}: ${text}`,
  };
}

/** Bytes from the end in which the last events are looked for first; a log may have 16 MB. */
const FIRST_LOOK = 64 * 1024;

function lastOf(
  [aside = "", path = ""]: readonly string[],
  wanted: (event: ActivityEvent) => boolean,
  count: number,
): Activity {
  let log: Log | undefined;
  let events: ActivityEvent[] = [];
  for (let back = FIRST_LOOK; ; back *= 8) {
    const size = sizeOf(path);
    log = readLog(path, Math.max(0, size - back));
    events = eventsOf([log], wanted);
    if (events.length >= count || back >= size) break;
  }
  if (events.length < count) events = [...eventsOf([readLog(aside, 0)], wanted), ...events];
  return { events: count === 0 ? [] : events.slice(-count), cursor: cursorOf(log, undefined) };
}

/** From this byte on; from the middle of a line on, with the next one. */
function readLog(path: string, from: number): Log | undefined {
  return withLog(path, ({ file, size, inode }) => {
    // A cursor points just past a line's end; for any other offset, search from the byte before.
    const start = Math.max(0, from - 1);
    const bytes = readFrom(file, start, Math.max(0, size() - start));
    const first = from === 0 ? 0 : bytes.indexOf(10) + 1;
    const last = bytes.lastIndexOf(10) + 1;
    if (last <= first) return { inode, end: Math.min(from, size()), lines: [] };
    return {
      inode,
      end: start + last,
      lines: bytes
        .subarray(first, last - 1)
        .toString("utf8")
        .split("\n"),
    };
  });
}

const inodeOf = (path: string): number | undefined => withLog(path, ({ inode }) => inode);
const sizeOf = (path: string): number => withLog(path, ({ size }) => size()) ?? 0;

function withLog<T>(
  path: string,
  look: (log: Extract<ReturnType<typeof openRegular>, { kind: "open" }>) => T,
): T | undefined {
  const opened = openRegular(path);
  if (opened.kind === "unreadable") throw unreadable(path, opened.why);
  if (opened.kind === "absent") return undefined;
  try {
    return look(opened);
  } finally {
    opened.close();
  }
}

function cursorOf(log: Log | undefined, query: ActivityQuery | undefined): string {
  if (log !== undefined) return `${log.inode}:${log.end}`;
  return query?.since.kind === "cursor" ? query.since.cursor : NOTHING;
}

function placeOf(cursor: string): { readonly inode: number; readonly offset: number } {
  const [inode = 0, offset = 0] = cursor.split(":").map(Number);
  return { inode, offset: Number.isSafeInteger(offset) ? offset : 0 };
}
