/**
 * What the git commands of an attempt wrote down of themselves, read: while it runs from git's own lines, and once it has ended
 * from a short file that is made of them in their place.
 */
import { existsSync, lstatSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod/mini";

import { ifReadable } from "@fleet/kit/errors";
import { createExclusive, move, removeFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { replaceLink } from "@fleet/kit/links";
import { MIB, type Opened, openRegular, readBounded, readFrom } from "@fleet/kit/read";
import { type Redact, redactedJson } from "@fleet/kit/redact";

import { FILES } from "../records/files.ts";
import { listSome } from "@fleet/kit/list";
import { readAttempt } from "../records/record.ts";
import { type Found, traceMark, type TraceTarget } from "./target.ts";
import { decodeTrace, gitCommand, type GitRan, MOST_COMMANDS, NO_GIT } from "./trace.ts";

/** The most bytes of git's own lines; about 2 kB for each command. */
const MOST_BYTES = 32 * MIB;
const MOST_DIGEST = 8 * MIB;

const digest = z.object({ commands: z.array(gitCommand), cut: z.boolean(), whole: z.optional(z.boolean()) });

export const tracePath = (dir: string): string => join(dir, FILES.trace);
/** Its content when it had become too long. */
const fullPath = (dir: string): string => join(dir, FILES.traceFull);
const NOWHERE = "/dev/null";

/** The kind of file at a path that a person has set for git's trace. */
export function foundAt(path: string): Found {
  const stat = statSync(path, { throwIfNoEntry: false });
  // Where there is no directory for it git writes nothing, without a word.
  if (stat === undefined) return existsSync(dirname(path)) ? { kind: "absent" } : { kind: "else" };
  if (stat.isDirectory()) return { kind: "directory" };
  return stat.isFile() ? { kind: "file", bytes: stat.size } : { kind: "else" };
}

/** Undefined if not known: an attempt of an older fleet, or its git writes where it can't be read. */
export function readRan(dir: string): GitRan | undefined {
  const known = readJsonAs(join(dir, FILES.git), digest, { most: MOST_DIGEST });
  if (known !== undefined) return known;
  const record = readAttempt(dir);
  if (record?.git_trace === undefined) return undefined;
  return ifReadable(() => readTrace(dir, record.git_trace, traceMark(record.uuid), Date.parse(record.created_at)));
}

function readTrace(dir: string, target: TraceTarget | undefined, mark: string, since: number): GitRan | undefined {
  switch (target?.kind) {
    case undefined:
    case "elsewhere":
      return undefined;
    case "own":
      return readOwn(dir);
    case "file":
      return readLines(openRegular(target.path, { links: "follow" }), target.from, mark);
    case "directory":
      return readAll(target.path, mark, since);
  }
}

function readOwn(dir: string): GitRan | undefined {
  const full = readLines(openRegular(fullPath(dir)), 0);
  if (full !== undefined && full !== NO_GIT) return { commands: full.commands, cut: true };
  return readLines(openRegular(tracePath(dir)), 0);
}

/** Undefined where something is in the file's place that can't be read; git makes it with the first command. */
function readLines(opened: Opened, from: number, mark?: string): GitRan | undefined {
  if (opened.kind !== "open") return opened.kind === "absent" ? NO_GIT : undefined;
  try {
    const size = opened.size();
    // A file of a person's that is shorter than it was has been put aside, or emptied: what stood in it is gone.
    const [begin, isReplaced] = size < from ? [0, true] : [from, false];
    const left = size - begin;
    const text = readFrom(opened.file, begin, Math.min(left, MOST_BYTES)).toString("utf8");
    const ran = decodeTrace(text, { mark });
    return isReplaced || left > MOST_BYTES ? { commands: ran.commands, cut: true } : ran;
  } finally {
    opened.close();
  }
}

/** It has grown beyond what is read. */
export const isTraceFull = (dir: string, most = MOST_BYTES): boolean => {
  const stat = lstatSync(tracePath(dir), { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size > most;
};

/** Git keeps writing, and nothing of it is kept any more, once it has written more than is read. */
export function boundTrace(dir: string, most = MOST_BYTES): boolean {
  if (!isTraceFull(dir, most)) return false;
  const path = tracePath(dir);
  move(path, fullPath(dir));
  replaceLink(NOWHERE, path);
  return true;
}

/** A file a process; those that are older are not opened. */
function readAll(path: string, mark: string, since: number): GitRan {
  const { names, isCut } = listSome(path, 4 * MOST_COMMANDS);
  const commands: GitRan["commands"][number][] = [];
  // Git's mark for too many files: it writes no more.
  const isFull = names.includes("git-trace2-discard");
  for (const name of names) {
    const file = join(path, name);
    if ((lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < since) continue;
    const read = readBounded(file, { most: MIB });
    if (read.kind === "text") commands.push(...decodeTrace(read.text, { mark }).commands);
  }
  commands.sort((a, b) => a.at - b.at);
  return { commands: commands.slice(0, MOST_COMMANDS), cut: isCut || isFull || commands.length > MOST_COMMANDS };
}

/** Once nothing of the attempt lives: git's own lines, which hold whatever was said to it, make room for what is known by them. */
export function keepRan(dir: string, redact: Redact): void {
  const ran = readRan(dir);
  if (ran !== undefined) createExclusive(join(dir, FILES.git), redactedJson(ran, redact));
  for (const path of [tracePath(dir), fullPath(dir)]) removeFile(path);
}
