/**
 * waits/ in an attempt's directory: one file for each time that somebody in the attempt waited for a person's answer. It is
 * made by the process that waits, which stamps it while it waits, takes note when it is over, and may be killed at any
 * moment: then the wait is over, and lasted until its last stamp. The question itself is in the store.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";

import * as z from "zod/mini";

import { decodeId, encodeId, fateOf, ownId } from "@fleet/kit/process/id";

import { bootId, monotonic } from "@fleet/kit/clock";
import { readJsonAs } from "@fleet/kit/json";
import { discard, replaceFile, touch } from "@fleet/kit/files";
import { FILES } from "./files.ts";
import { listSome } from "@fleet/kit/list";

const waiting = z.object({
  /** The question's id in the store. */
  id: z.string(),
  question: z.string(),
  options: z.optional(z.array(z.string())),
  /** RFC 3339. */
  asked_at: z.string(),
  until: z.string(),
  /** The process that waits, as kit/process/id encodes it. */
  process: z.string(),
  /** When it began to wait: since 1970, and on the monotonic clock of this boot. */
  from: z.number(),
  monotonic: z.number(),
  boot: z.string(),
  /** So many milliseconds it has waited; there once it waits no more. */
  waited: z.optional(z.number()),
});
export type WaitingRecord = z.infer<typeof waiting>;

/** A stamp is a system call. */
const STAMP = 1000;
/** A waiter without a stamp for this long no longer waits. */
const FRESH = 5 * STAMP;

/** A file each time that somebody waited. Each is looked at in every tick, and how many there are is the agent's to say. */
const MOST = 100;

/** Why some of an attempt's waits could not be read; undefined if all were. */
export const unreadWaits = (dir: string): string | undefined =>
  listSome(join(dir, FILES.waits), MOST).isCut
    ? `${join(dir, FILES.waits)} holds more than ${MOST} entries, only ${MOST} of which are read: its time of waiting may be too short`
    : undefined;

/** Finished waits never change, so repeated readers cache them by path. */
export type Over = Map<string, WaitingRecord>;

/** An unreadable file was not made by `Wait`, and is no wait. */
const read = (path: string): WaitingRecord | undefined => ifReadable(() => readJsonAs(path, waiting));

/** A process that can't be looked up (an agent in a PID namespace of its own) sets a stamp each second. */
function lives(path: string, record: WaitingRecord): boolean {
  if (record.waited !== undefined) return false;
  const id = decodeId(record.process);
  const fate = id === undefined ? "dead" : fateOf(id);
  if (fate !== "unknown") return fate === "alive" && record.boot === bootId();
  // Of another machine's clock only the wall time can be compared.
  const due = record.boot === bootId() ? stampDue(record, monotonic()) : Date.now();
  return due - stampOf(path) < FRESH;
}

/** The stamp of a wait that is stamped now, in milliseconds since 1970: a sleeping machine does not wait. */
const stampDue = ({ from, monotonic }: WaitingRecord, now: number): number => from + (now - monotonic);

/** Milliseconds since 1970; 0 where there is no file. */
const stampOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function waitsIn(dir: string, over: Over): { readonly path: string; readonly record: WaitingRecord }[] {
  const waits = join(dir, FILES.waits);
  return listSome(waits, MOST).names.flatMap((name) => {
    const path = join(waits, name);
    const record = name.endsWith(".json") ? (over.get(path) ?? read(path)) : undefined;
    if (record?.waited !== undefined) over.set(path, record);
    return record === undefined ? [] : [{ path, record }];
  });
}

/** The present waits of the attempt, the oldest first; each by a live process. `now`: since 1970. */
export function waitsNow(dir: string, now: number, over: Over = new Map()): WaitingRecord[] {
  return waitsIn(dir, over)
    .filter(({ path, record }) => Date.parse(record.until) > now && lives(path, record))
    .map(({ record }) => record)
    .sort((a, b) => a.monotonic - b.monotonic);
}

/** How long this wait was, or is by now, in milliseconds of the monotonic clock. */
function lengthOf(path: string, record: WaitingRecord, now: number): number {
  if (record.waited !== undefined) return record.waited;
  if (lives(path, record)) return now - record.monotonic;
  return Math.max(0, stampOf(path) - record.from);
}

/** Times are monotonic. */
export interface Measuring {
  /** False where whoever asks has seen that there is no directory of waits. */
  readonly hasWaits?: boolean;
  readonly over?: Over;
  /** Other time that counts with it. */
  readonly also?: readonly Span[];
  /** When it was at work all the same, which is no waiting. */
  readonly worked?: readonly Span[];
  /** When the attempt began. */
  readonly since?: number;
  /** The longest wait that there may be, in milliseconds. */
  readonly longest?: number;
}

/**
 * Milliseconds that the attempt has waited for answers up to `now`, on the monotonic clock. Waits that overlap count once,
 * none for longer than it was to be, and that of a process that was killed up to its last stamp. The files are the agent's to
 * write: whatever they say, nothing before the attempt or after now counts, and no wait for longer than there may be.
 */
export function waitedMs(dir: string, now: number, measuring: Measuring = {}): number {
  const {
    hasWaits = true,
    over = new Map(),
    also = [],
    worked = [],
    since = -Infinity,
    longest = Infinity,
  } = measuring;
  const waits = hasWaits ? waitsIn(dir, over) : [];
  const spans = waits.map(({ path, record }) => {
    const most = Math.min(longest, Math.max(0, Date.parse(record.until) - record.from));
    const to = record.monotonic + Math.min(most, lengthOf(path, record, now));
    return { from: Math.max(since, record.monotonic), to: Math.min(now, to) };
  });
  return covered([...spans, ...also, ...worked]) - covered(worked);
}

/** From one monotonic time to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** With one more span, which continues the last one where it begins no later than that ends. */
export function withSpan(spans: readonly Span[], span: Span): readonly Span[] {
  const last = spans.at(-1);
  if (last === undefined || span.from > last.to) return [...spans, span];
  return [...spans.slice(0, -1), { from: last.from, to: Math.max(last.to, span.to) }];
}

/** How much of the line the spans cover. */
export function covered(spans: readonly Span[]): number {
  let sum = 0;
  let reached = -Infinity;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}

/** One wait of this process. */
export class Wait {
  private readonly path: string;
  private readonly record: WaitingRecord;
  private stampedAt: number;

  /** `name` is another one each time; `now`: milliseconds since 1970. */
  constructor(
    dir: string,
    name: string,
    fact: Pick<WaitingRecord, "id" | "question" | "options" | "asked_at" | "until">,
    now: number,
  ) {
    const at = monotonic();
    this.path = join(dir, FILES.waits, `${name}.json`);
    this.record = { ...fact, process: encodeId(ownId()), from: now, monotonic: at, boot: bootId() };
    this.stampedAt = -Infinity;
    replaceFile(this.path, `${JSON.stringify(this.record, null, 2)}\n`);
    this.stamp();
  }

  /** The time of the file is when it was last there, counted on the monotonic clock: a sleeping machine does not wait. */
  stamp(): void {
    const at = monotonic();
    if (at - this.stampedAt < STAMP) return;
    this.stampedAt = at;
    // False where the attempt's record was deleted; whoever waits is not disturbed.
    touch(this.path, stampDue(this.record, at) / 1000);
  }

  over(): void {
    // Taken away with its home: that stays so.
    if (!existsSync(this.path)) return;
    const waited = monotonic() - this.record.monotonic;
    try {
      replaceFile(this.path, `${JSON.stringify({ ...this.record, waited }, null, 2)}\n`);
    } catch {
      // A full disk: the answer matters more than how long it took.
      discard(this.path);
    }
  }
}
