/**
 * Removes the lock file of a git that died, and never one that somebody holds.
 *
 * `refs/heads/main.lock` is git's own; taking it from the living would let two of them move the branch at once. So:
 *  1. A lock is a dead writer's exactly when it is one file with the note of a dead writer. Not when its content is that of
 *     the note: the dead may have moved the branch, and a person's git may move it back and there again.
 *  2. The right to remove *this* lock (its inode and time) is a file made exclusively, so one process in the world may
 *     unlink it, and between its look and its unlink nobody can have put another in the place. A right whose holder died
 *     passes on to the next generation.
 */
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readText } from "@fleet/kit/read";
import { createExclusive, removeFile } from "@fleet/kit/files";
import { errno } from "@fleet/kit/errors";
import { type Note, readNotes, sweepNotes } from "./notes.ts";
import { BRANCH } from "./tip.ts";
import { decodeId, encodeId, fateOf, ownId, type ProcessId, whereabouts } from "@fleet/kit/process/id";

/** How a lock in the way is to be met. */
export type LockVerdict =
  /** No lock (any more): continue. */
  | { readonly kind: "free" }
  /** It was a dead writer's and has been removed: continue. */
  | { readonly kind: "broken" }
  /** Somebody holds it: wait. `writer` where it is one of ours; `isElsewhere`: of another container or machine. */
  | {
      readonly kind: "held";
      readonly path: string;
      readonly ageMs: number;
      readonly writer: ProcessId | undefined;
      readonly isElsewhere: boolean;
    }
  /** In its place is something else than a file: no lock. */
  | { readonly kind: "strange" };

export const lockPath = (gitDir: string): string => join(gitDir, `${BRANCH}.lock`);

interface Lock {
  /** Inode, time and content: tells it from a later one in the same place. */
  readonly instance: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The commit that its holder is to move the branch to; "" when a git has not written it yet. */
  readonly commit: string;
  readonly isFile: boolean;
}

function look(path: string): Lock | undefined {
  try {
    const stat = lstatSync(path, { bigint: true });
    const isFile = stat.isFile();
    const commit = isFile ? readFileSync(path, "utf8").trim() : "";
    const at = Number(stat.mtimeNs) / 1e6;
    return { instance: `${stat.ino}-${stat.mtimeNs}-${commit.slice(0, 40)}`, at, commit, isFile };
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether these are two names of one file. */
export function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

/** The note of whoever made this lock; undefined when that is none of ours, or is just done with it. */
const noteOf = (path: string, lock: Lock, notes: readonly Note[]): Note | undefined =>
  notes.find((note) => note.commit === lock.commit && isSame(path, note.path));

export const breakingDir = (gitDir: string): string => join(gitDir, "fleet", "breaking");

function mayBreak(gitDir: string, instance: string): boolean {
  const dir = breakingDir(gitDir);
  const me = encodeId(ownId());
  for (let generation = 0; generation < 100; generation++) {
    const right = join(dir, `${instance}-${generation}`);
    if (createExclusive(right, me, { sync: false })) return true;
    const id = decodeId(readText(right) ?? "");
    if (id !== undefined && fateOf(id) !== "dead") return false;
  }
  return false;
}

export function meetLock(gitDir: string, now: number): LockVerdict {
  const path = lockPath(gitDir);
  // In this order: whoever is dead here had made its lock, if it made one, before the look.
  const before = readNotes(gitDir);
  const lock = look(path);
  if (lock === undefined) {
    sweepNotes(before);
    return { kind: "free" };
  }
  if (!lock.isFile) return { kind: "strange" };
  // Again, after the look: whoever made it was noted before.
  const notes = readNotes(gitDir);
  const note = noteOf(path, lock, notes);
  const held = (writer: ProcessId | undefined, isElsewhere: boolean): LockVerdict => {
    return { kind: "held", path, ageMs: now - lock.at, writer, isElsewhere };
  };
  if (note?.fate !== "dead")
    return held(note?.writer, note !== undefined && whereabouts(note.writer.place) === "elsewhere");
  if (!mayBreak(gitDir, lock.instance)) return held(undefined, false);
  if (look(path)?.instance !== lock.instance) return { kind: "free" };
  removeFile(path);
  // It was there from before they were read until now: none of the dead can have another one.
  sweepNotes(notes);
  return { kind: "broken" };
}
