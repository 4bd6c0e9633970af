/**
 * question.json in an attempt's directory: somebody in the attempt waits for a person's answer at this moment. It is written
 * by the process that waits, and counts only while that process lives. The question itself is in the store.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { startTime } from "@fleet/store/git/process";

import { readJson, replaceFile } from "../files.ts";
import { FILES } from "./paths.ts";

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
});
export type WaitingRecord = z.infer<typeof waiting>;

function read(dir: string): WaitingRecord | undefined {
  const result = z.safeParse(waiting, readJson(join(dir, FILES.question)));
  return result.success ? result.data : undefined;
}

/** What the attempt waits for; undefined where nobody waits, or whoever did is gone. `now`: milliseconds since 1970. */
export function waitsForPerson(dir: string, now: number): WaitingRecord | undefined {
  const record = read(dir);
  if (record === undefined || Date.parse(record.until) <= now) return undefined;
  const start = startTime(record.pid);
  return start === undefined || (record.start !== undefined && record.start !== start) ? undefined : record;
}

/** Makes it, unless another question of the same attempt stands there: one is enough to say that somebody waits. */
export function noteWaiting(dir: string, record: Omit<WaitingRecord, "pid" | "start">, now: number): void {
  if (waitsForPerson(dir, now) !== undefined) return;
  const start = startTime(process.pid);
  const mine = { ...record, pid: process.pid, ...(start === undefined ? {} : { start }) };
  replaceFile(join(dir, FILES.question), `${JSON.stringify(mine, null, 2)}\n`);
}

/** Takes it away where it is this question's. */
export function noteAnswered(dir: string, id: string): void {
  if (read(dir)?.id === id) rmSync(join(dir, FILES.question), { force: true });
}
