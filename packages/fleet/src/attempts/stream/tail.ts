/**
 * Follows one attempt's log: new bytes → lines → the coder's events → facts, and a line in events.jsonl for each event.
 * The log itself is only read. What was decoded before is found again by decoding the log from its start, so a supervisor
 * that was restarted knows what the old one knew.
 */
import { statSync } from "node:fs";

import { parseJson } from "@fleet/kit/json";
import { endTornLine } from "@fleet/kit/lines";
import { appendText } from "@fleet/kit/in-place";

import * as z from "zod/mini";

import { momentOf } from "@fleet/coders/clock";
import { endedBy } from "@fleet/coders/tools";
import type { Coder, Counted } from "@fleet/coders/coder";
import type { CoderEvent } from "@fleet/coders/events";
import { emptyFacts, type Facts, fold } from "@fleet/coders/facts";
import { unreadable } from "@fleet/kit/errors";

import { type OpenFile, openRegular, readEnd, readFrom } from "@fleet/kit/read";
import { eventsPath, logPath, printedAt } from "../records/output.ts";

/** Read at most this much of a log in one tick (100 MB is then tailed in 0.12 s, with 6 MB more memory). */
const BYTES_PER_PUMP = 4 * 1024 * 1024;
/** A longer line is skipped: no coder's event is that long, and it must not fill the memory. */
const MAX_LINE = 8 * 1024 * 1024;

/** So many lines are decoded in about 0.1 s, for which nobody else is looked after. */
const LINES_PER_PUMP = 20_000;
/** Plain text of a coder goes into events.jsonl up to this many bytes; its log has all of it. */
const MAX_CHATTER = 16 * 1024 * 1024;

/** So much of the beginning and of the end of a longer line is looked at. */
const NAMED = 64 * 1024;

const NEWLINE = 10;
const SKIPPED: readonly CoderEvent[] = [
  { kind: "unrecognised", line: `(a line of more than ${MAX_LINE} bytes was skipped)` },
];

const written = z.object({ off: z.number(), at: z.string() });

/** The last event's line is found in this much of the end of events.jsonl. */
const LAST_EVENT = MAX_LINE + 1024 * 1024;

/** The times of so many of the last events are remembered over a restart. */
const REMEMBERED = 1_000;
/** More of an unfinished line is no prompt. */
const PROMPT = 2_000;

/** When the last events were seen, in milliseconds since 1970, by the byte of the log up to which each reaches. */
function timesOf(path: string): Map<number, number> {
  const lines = (readEnd(path, LAST_EVENT) ?? "").split("\n").slice(-REMEMBERED - 1);
  return new Map(
    lines.flatMap((line) => {
      const decoded = z.safeParse(written, parseJson(line));
      return decoded.success ? [[decoded.data.off, Date.parse(decoded.data.at)]] : [];
    }),
  );
}

export class Tail {
  readonly #dir: string;
  readonly #coder: Coder;
  #state: unknown;
  #facts: Facts = emptyFacts();
  #file: OpenFile | undefined;
  #offset = 0;
  #partial: Buffer[] = [];
  #skipping = false;
  #emitted: number;
  #unwritten: string[] = [];
  /** We ended its last line: an earlier writer may have been killed in the middle of one. */
  #isWhole = false;
  /** The size of events.jsonl. */
  #size: number;
  /** When what was decoded before a restart was seen. */
  readonly #times: ReadonlyMap<number, number>;
  /** When the tools that are open began, in milliseconds since 1970, by their id. */
  readonly #began = new Map<string, number>();

  constructor(dir: string, coder: Coder, counted?: Counted, price?: number) {
    this.#dir = dir;
    this.#coder = coder;
    this.#state = coder.start(counted, price);
    const events = eventsPath(dir);
    this.#times = timesOf(events);
    this.#emitted = Math.max(-1, ...this.#times.keys());
    this.#size = statSync(events, { throwIfNoEntry: false })?.size ?? 0;
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** Bytes of the log that were read. */
  get bytes(): number {
    return this.#offset;
  }

  /** The unfinished last line of the log: a prompt waits on such a line. */
  get unfinished(): string {
    const bytes = Buffer.concat(this.#partial);
    return bytes.length > PROMPT ? "" : bytes.toString("utf8");
  }

  /** When the log was last written to, in milliseconds since 1970; undefined while there is none. */
  writtenAt(): number | undefined {
    return this.#file?.writtenAt();
  }

  /** When an open tool began, in milliseconds since 1970. */
  began(tool: string): number | undefined {
    return this.#began.get(tool);
  }

  #open(): OpenFile | undefined {
    if (this.#file !== undefined) return this.#file;
    const path = logPath(this.#dir);
    const opened = openRegular(path);
    if (opened.kind === "unreadable") throw unreadable(path, opened.why);
    this.#file = opened.kind === "open" ? opened : undefined;
    return this.#file;
  }

  /** Events were decoded that events.jsonl does not have. */
  get isUnwritten(): boolean {
    return this.#unwritten.length > 0;
  }

  /** There is something that was not read, or no log yet. */
  hasNews(): boolean {
    return this.#file?.size() !== this.#offset;
  }

  /** Reads what is new, up to a bound, and writes nothing; true when nothing is left to read. */
  read(now: number): boolean {
    const file = this.#open();
    if (file === undefined) return true;
    const size = file.size();
    if (size <= this.#offset) return true;
    const bytes = readFrom(file.file, this.#offset, Math.min(size - this.#offset, BYTES_PER_PUMP));
    this.#offset += this.#take(bytes, this.#offset, now);
    return this.#offset >= size;
  }

  /**
   * Each line's events carry the log's offset after that line, so none is written twice after a restart. Returns how
   * many bytes were taken: fewer than there are, where they hold too many lines for one tick.
   */
  #take(chunk: Buffer, start: number, now: number): number {
    let from = 0;
    let lines = 0;
    for (let end = chunk.indexOf(NEWLINE, from); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      if (++lines > LINES_PER_PUMP) return from;
      this.#partial.push(chunk.subarray(from, end));
      from = end + 1;
      const bytes = Buffer.concat(this.#partial);
      this.#partial = [];
      if (bytes.length > MAX_LINE) this.#keep(this.#skipped(bytes), start + from, now);
      else if (this.#skipping) this.#keep(this.#closed(bytes), start + from, now);
      else this.#keep(this.#decode(bytes.toString("utf8")), start + from, now);
      this.#skipping = false;
    }
    // Keep the last bytes of a skipped line: they may name the tool that it ends.
    if (from < chunk.length) this.#partial.push(Buffer.from(chunk.subarray(from)));
    if (this.#skipping) this.#partial = [Buffer.concat(this.#partial).subarray(-NAMED)];
    if (this.#partial.reduce((sum, part) => sum + part.length, 0) > MAX_LINE) {
      const bytes = Buffer.concat(this.#partial);
      this.#partial = [bytes.subarray(-NAMED)];
      this.#skipping = true;
      this.#keep(this.#skipped(bytes.subarray(0, NAMED)), start + chunk.length, now);
    }
    return chunk.length;
  }

  #skipped(bytes: Buffer): readonly CoderEvent[] {
    return [...SKIPPED, ...this.#closed(bytes)];
  }

  /** The open tools that the beginning or the end of a line names: one that is too long is what such a tool gave. */
  #closed(bytes: Buffer): readonly CoderEvent[] {
    const parts = [bytes.subarray(0, NAMED), bytes.subarray(-NAMED)];
    return endedBy(this.#facts.toolsOpen, parts.map((part) => part.toString("utf8")).join("\n"));
  }

  #decode(line: string): readonly CoderEvent[] {
    const { state, events } = this.#coder.decode(line.endsWith("\r") ? line.slice(0, -1) : line, this.#state);
    this.#state = state;
    return events;
  }

  #keep(decoded: readonly CoderEvent[], end: number, now: number): void {
    const events = decoded.map((event) => this.#dated(event, end, now));
    for (const event of events) {
      this.#facts = fold(this.#facts, event);
      if (event.kind === "tool-started") this.#began.set(event.id, this.#times.get(end) ?? now);
      if (event.kind === "tool-finished") this.#began.delete(event.id);
    }
    if (events.length === 0 || end <= this.#emitted) return;
    this.#emitted = end;
    const at = new Date(now).toISOString();
    for (const event of events) {
      const isChatter = event.kind === "text" || event.kind === "unrecognised";
      if (isChatter && this.#size > MAX_CHATTER) continue;
      let line = JSON.stringify({ at, off: end, ...event });
      if (isChatter && this.#size + line.length > MAX_CHATTER)
        line = JSON.stringify({
          at,
          off: end,
          kind: "unrecognised",
          line: "(too much text; the rest is in log.jsonl)",
        });
      this.#size += line.length + 1;
      this.#unwritten.push(`${line}\n`);
    }
  }

  /**
   * A limit that is told in words ends when they say, at the moment at which they were said: when they were seen first, or (nobody
   * was looking) when the log was last written.
   */
  #dated(event: CoderEvent, end: number, now: number): CoderEvent {
    if (event.kind !== "limit" || event.clock === undefined || event.until !== undefined) return event;
    const said = this.#times.get(end) ?? Math.min(now, printedAt(this.#dir) ?? now);
    const until = momentOf(event.clock, new Date(said));
    return until === undefined ? event : { ...event, until };
  }

  /** Events that can't be written (a full disk) are kept for the next time: what was read is never read again. */
  write(): void {
    if (this.#unwritten.length === 0) return;
    const path = eventsPath(this.#dir);
    if (!this.#isWhole) endTornLine(path);
    this.#isWhole = true;
    appendText(path, this.#unwritten.join(""));
    this.#unwritten = [];
  }

  /** The last line of a log whose writer is gone may lack its line end: it is taken as it is. */
  finish(now: number): void {
    if (this.#partial.length === 0 || this.#skipping) return;
    const line = Buffer.concat(this.#partial).toString("utf8");
    this.#partial = [];
    this.#keep(this.#decode(line), this.#offset + 1, now);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
