/**
 * Removes the lock file of a git that died, and never one that somebody holds.
 *
 * `refs/heads/main.lock` is git's own; taking it from a living git would let two of them move the branch at once. So:
 *  - it is taken for a dead writer's only when a note of a dead writer of ours is there that was written before it,
 *    and no writer that lives could hold it;
 *  - the right to remove *this* lock (its inode and time) is a file made exclusively, so one process in the world may
 *    unlink it, and between its look and its unlink nobody can have put another in the place. A right whose holder died
 *    passes on to the next generation.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { errno } from "../errors.ts";
import { type Note, readNotes, sweepNotes } from "./notes.ts";
import { startTime } from "./process.ts";
import { BRANCH } from "./tip.ts";

/** How a lock in the way is to be met. */
export type LockVerdict =
  /** No lock (any more): go on. */
  | { readonly kind: "free" }
  /** It was a dead writer's and has been removed: go on. */
  | { readonly kind: "broken" }
  /** Somebody holds it: wait. `pid` where it is one of ours. */
  | { readonly kind: "held"; readonly path: string; readonly ageMs: number; readonly pid: number | undefined };

/** File times are this coarse, in milliseconds. */
const CLOCK_GRAIN = 10;
/** A dead writer's note explains a lock that was made within this time after it, in milliseconds. */
const NOTE_REACH = 60_000;
/** A lock younger than this is never broken: a person's push holds it for some milliseconds. */
const MIN_AGE = 1_000;

const lockPath = (gitDir: string): string => join(gitDir, `${BRANCH}.lock`);

/** Makes `path` exclusively with this content in it (link(2)); false when it is there already. */
function claimFile(path: string, content: string): boolean {
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, content);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errno(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function mayBreak(gitDir: string, instance: string): boolean {
  const dir = join(gitDir, "fleet", "breaking");
  mkdirSync(dir, { recursive: true });
  const me = `${process.pid} ${startTime(process.pid) ?? ""}`;
  for (let generation = 0; generation < 100; generation++) {
    const right = join(dir, `${instance}-${generation}`);
    if (claimFile(right, me)) return true;
    let holder = "";
    try {
      holder = readFileSync(right, "utf8");
    } catch (error) {
      if (errno(error) !== "ENOENT") throw error;
    }
    const [pid = "", since = ""] = holder.split(" ");
    if (holder === me || startTime(Number(pid)) === since) return false;
  }
  return false;
}

export function meetLock(gitDir: string, now: number): LockVerdict {
  const path = lockPath(gitDir);
  const look = (): { readonly instance: string; readonly at: number } | undefined => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? undefined : { instance: `${stat.ino}-${stat.mtimeNs}`, at: Number(stat.mtimeNs) / 1e6 };
  };
  const lock = look();
  const notes = readNotes(gitDir);
  if (lock === undefined) {
    sweepNotes(notes, now);
    return { kind: "free" };
  }
  // A git makes its lock after its note was written: one that was noted later can't be the holder.
  const holder = (note: Note): boolean => note.at <= lock.at + CLOCK_GRAIN && lock.at - note.at < NOTE_REACH;
  const living = notes.find((note) => note.alive && note.at <= lock.at + CLOCK_GRAIN);
  const dead = notes.some((note) => !note.alive && holder(note));
  if (living !== undefined || !dead || now - lock.at < MIN_AGE) {
    return { kind: "held", path, ageMs: now - lock.at, pid: living?.pid };
  }
  if (!mayBreak(gitDir, lock.instance)) return { kind: "held", path, ageMs: now - lock.at, pid: undefined };
  if (look()?.instance !== lock.instance) return { kind: "free" };
  rmSync(path, { force: true });
  sweepNotes(notes, lock.at);
  return { kind: "broken" };
}
