/** The files of a coder's output: where they are, their size, when they last grew. */
import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

import { linkTo } from "@fleet/kit/links";
import { readEnd } from "@fleet/kit/read";

import { FILES } from "./files.ts";
import { taskDir } from "./paths.ts";

/** The coder's own lines. */
export const logPath = (dir: string): string => join(dir, FILES.log);
/** The same, decoded. */
export const eventsPath = (dir: string): string => join(dir, FILES.events);
export const stderrPath = (dir: string): string => join(dir, FILES.stderr);
/** Where the coder may leave what it needs while it runs. */
export const scratchDir = (dir: string): string => join(dir, FILES.scratch);

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

/** In bytes. */
export const printedBytes = (dir: string): number =>
  (statOf(logPath(dir))?.size ?? 0) + (statOf(stderrPath(dir))?.size ?? 0);

/** Changes when a file of its record is made, replaced or removed, and with what it prints beside its log. */
export class RecordMark {
  readonly #dir: string;
  readonly #stderr: string;

  constructor(dir: string) {
    this.#dir = dir;
    this.#stderr = stderrPath(dir);
  }

  read(): string {
    return `${statOf(this.#dir)?.mtimeMs ?? ""} ${statOf(this.#stderr)?.size ?? ""}`;
  }
}

/** When it last printed, or an event of it was written down, in milliseconds since 1970; undefined before it did. */
export function printedAt(dir: string): number | undefined {
  const times = [logPath, stderrPath, eventsPath].map((path) => statOf(path(dir))?.mtimeMs ?? 0);
  const newest = Math.max(...times);
  return newest === 0 ? undefined : newest;
}

/** The end of what the coder printed on standard error. */
export const stderrEnd = (dir: string, bytes: number): string => readEnd(stderrPath(dir), bytes) ?? "";

/** The end of its standard error, unless it has printed to its log since: those words are no open prompt. */
export function lastStderr(dir: string, bytes: number): string {
  const stderr = statOf(stderrPath(dir));
  // Nearly all print nothing there.
  if (stderr === undefined || (stderr.isFile() && stderr.size === 0)) return "";
  const isOlder = stderr.mtimeMs < (statOf(logPath(dir))?.mtimeMs ?? 0);
  return isOlder ? "" : stderrEnd(dir, bytes);
}

/** The newest of so many files is looked for; it is a sign of life, not a complete list. */
const MOST_LOOKED_AT = 200;
const DEPTH = 4;

/** Changes when standard error or anything in scratch does. */
export function filesMark(dir: string): string {
  let newest = 0;
  let count = 0;
  const look = (path: string, depth: number): void => {
    const stat = statOf(path);
    if (stat === undefined || ++count > MOST_LOOKED_AT) return;
    newest = Math.max(newest, stat.mtimeMs);
    if (stat.isDirectory() && depth > 0) for (const name of readdirSync(path)) look(join(path, name), depth - 1);
  };
  try {
    look(scratchDir(dir), DEPTH);
  } catch {
    // Files may vanish or become unreadable during the walk; the next look retries.
  }
  return `${statOf(stderrPath(dir))?.size ?? 0} ${newest}`;
}

/** `events.jsonl`, `log.jsonl` and `log.stderr` of the task become links to this attempt's. */
export function linkNewest(home: string, task: string, dir: string): void {
  for (const name of [FILES.events, FILES.log, FILES.stderr]) linkTo(join(dir, name), join(taskDir(home, task), name));
}
