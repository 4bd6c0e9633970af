/**
 * waits/ in an attempt's directory: one file for each time that somebody in the attempt waited for a person's answer. It is
 * made by the process that waits, which stamps it while it waits, takes note when it is over, and may be killed at any
 * moment: then nobody waits any more, and it has waited until its last stamp. The question itself is in the store.
 */
import { existsSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { errno } from "@fleet/kit/errors";
import { startTime } from "@fleet/store/git/process";

import { bootId, monotonic } from "@fleet/kit/clock";
import { readJson } from "@fleet/kit/json";
import { replaceFile } from "@fleet/kit/files";
import { FILES, list } from "./paths.ts";

const waiting = z.object({
  /** The question's id in the store. */
  id: z.string(),
  question: z.string(),
  options: z.optional(z.array(z.string())),
  /** RFC 3339. */
  asked_at: z.string(),
  until: z.string(),
  /** The process that waits, and when it was started, as the system tells it. */
  pid: z.number(),
  start: z.optional(z.string()),
  /** When it began to wait: since 1970, and on the monotonic clock of this boot. */
  from: z.number(),
  monotonic: z.number(),
  boot: z.string(),
  /** So many milliseconds it has waited; there once it waits no more. */
  waited: z.optional(z.number()),
});
export type WaitingRecord = z.infer<typeof waiting>;

/** A wait that is over never changes: kept by whoever looks again and again, by path. */
export type Over = Map<string, WaitingRecord>;

function read(path: string): WaitingRecord | undefined {
  const result = z.safeParse(waiting, readJson(path));
  return result.success ? result.data : undefined;
}

function lives({ pid, start, waited, boot }: WaitingRecord): boolean {
  if (waited !== undefined || boot !== bootId()) return false;
  const now = startTime(pid);
  return now !== undefined && (start === undefined || start === now);
}

function waitsIn(dir: string, over: Over): { readonly path: string; readonly record: WaitingRecord }[] {
  const waits = join(dir, FILES.waits);
  return list(waits).flatMap((name) => {
    const path = join(waits, name);
    const record = name.endsWith(".json") ? (over.get(path) ?? read(path)) : undefined;
    if (record?.waited !== undefined) over.set(path, record);
    return record === undefined ? [] : [{ path, record }];
  });
}

/** What the attempt waits for at this moment, the first in front; each by a process that lives. `now`: since 1970. */
export function waitsNow(dir: string, now: number, over: Over = new Map()): WaitingRecord[] {
  return waitsIn(dir, over)
    .map(({ record }) => record)
    .filter((record) => Date.parse(record.until) > now && lives(record))
    .sort((a, b) => a.monotonic - b.monotonic);
}

/** The first of them. */
export const waitsForPerson = (dir: string, now: number, over?: Over): WaitingRecord | undefined =>
  waitsNow(dir, now, over)[0];

/** How long this wait was, or is by now, in milliseconds of the monotonic clock. */
function lengthOf(path: string, record: WaitingRecord, now: number): number {
  if (record.waited !== undefined) return record.waited;
  if (lives(record)) return now - record.monotonic;
  const stamped = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? record.from;
  return Math.max(0, stamped - record.from);
}

/**
 * Milliseconds that the attempt has waited for answers up to `now`, on the monotonic clock. Waits that overlap count once,
 * none for longer than it was to be, and that of a process that was killed up to its last stamp.
 */
export function waitedMs(dir: string, now: number, over: Over = new Map()): number {
  const spans = waitsIn(dir, over).map(({ path, record }) => {
    const most = Math.max(0, Date.parse(record.until) - record.from);
    return { from: record.monotonic, to: record.monotonic + Math.min(most, lengthOf(path, record, now)) };
  });
  return covered(spans);
}

/** How much of the line the spans cover. */
export function covered(spans: readonly { readonly from: number; readonly to: number }[]): number {
  let sum = 0;
  let reached = -Infinity;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}

/** A stamp is a system call. */
const STAMP = 1000;

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
    const start = startTime(process.pid);
    const at = monotonic();
    const who = { pid: process.pid, ...(start === undefined ? {} : { start }) };
    this.path = join(dir, FILES.waits, `${name}.json`);
    this.record = { ...fact, ...who, from: now, monotonic: at, boot: bootId() };
    this.stampedAt = -Infinity;
    replaceFile(this.path, `${JSON.stringify(this.record, null, 2)}\n`);
    this.stamp();
  }

  /** The time of the file is when it was last there, counted on the monotonic clock: a sleeping machine does not wait. */
  stamp(): void {
    const at = monotonic();
    if (at - this.stampedAt < STAMP) return;
    this.stampedAt = at;
    const seconds = (this.record.from + (at - this.record.monotonic)) / 1000;
    try {
      utimesSync(this.path, seconds, seconds);
    } catch (error) {
      // The attempt's record was taken away; whoever waits is not disturbed.
      if (errno(error) !== "ENOENT") throw error;
    }
  }

  over(): void {
    // Taken away with its home: that stays so.
    if (!existsSync(this.path)) return;
    const waited = monotonic() - this.record.monotonic;
    try {
      replaceFile(this.path, `${JSON.stringify({ ...this.record, waited }, null, 2)}\n`);
    } catch {
      // A full disk: the answer matters more than how long it took.
      rmSync(this.path, { force: true });
    }
  }
}
