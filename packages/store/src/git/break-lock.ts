/**
 * Removes the lock file of a git that died, and never one that somebody holds.
 *
 * `refs/heads/main.lock` is git's own; taking it from the living would let two of them move the branch at once. So:
 *  1. A lock is a dead writer's exactly when the note of a dead writer of ours names the commit in it: its name is a hash
 *     over its time, author and content, so no other git writes it (a push's lock is never ours). Ours are never empty.
 *  2. The right to remove *this* lock (its inode and time) is a file made exclusively, so one process in the world may
 *     unlink it, and between its look and its unlink nobody can have put another in the place. A right whose holder died
 *     passes on to the next generation.
 */
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ensureDir } from "../files.ts";
import { errno } from "../errors.ts";
import { crypto } from "../node.ts";
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

export const lockPath = (gitDir: string): string => join(gitDir, `${BRANCH}.lock`);

interface Lock {
  /** Inode and time: tells it from a later one in the same place. */
  readonly instance: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The commit that its holder is to move the branch to; "" when a git has not written it yet. */
  readonly commit: string;
}

function look(path: string): Lock | undefined {
  try {
    const stat = statSync(path, { bigint: true });
    const commit = readFileSync(path, "utf8").trim();
    return { instance: `${stat.ino}-${stat.mtimeNs}`, at: Number(stat.mtimeNs) / 1e6, commit };
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whose lock this is: a dead writer's, or somebody's who is to be waited for. */
type Holder = { readonly kind: "dead" } | { readonly kind: "living"; readonly pid: number | undefined };
const somebody: Holder = { kind: "living", pid: undefined };

function holderOf(lock: Lock, notes: readonly Note[]): Holder {
  const named = notes.filter((note) => note.commit === lock.commit);
  const living = named.find((note) => note.alive);
  if (living !== undefined) return { kind: "living", pid: living.pid };
  return named.length > 0 ? { kind: "dead" } : somebody;
}

/** Makes `path` exclusively with this content in it (link(2)); false when it is there already. */
function claimFile(path: string, content: string): boolean {
  const temporary = `${path}.${crypto().randomBytes(4).toString("hex")}`;
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

export const breakingDir = (gitDir: string): string => join(gitDir, "fleet", "breaking");

function mayBreak(gitDir: string, instance: string): boolean {
  const dir = breakingDir(gitDir);
  ensureDir(dir);
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
  // In this order: whoever is dead here had made its lock, if it made one, before the look.
  const before = readNotes(gitDir);
  const lock = look(path);
  if (lock === undefined) {
    sweepNotes(before);
    return { kind: "free" };
  }
  const held = (pid: number | undefined): LockVerdict => ({ kind: "held", path, ageMs: now - lock.at, pid });
  // Again, after the look: whoever made it was noted before.
  const notes = readNotes(gitDir);
  const holder = holderOf(lock, notes);
  if (holder.kind === "living") return held(holder.pid);
  if (!mayBreak(gitDir, lock.instance)) return held(undefined);
  if (look(path)?.instance !== lock.instance) return { kind: "free" };
  rmSync(path, { force: true });
  // It was there from before they were read until now: none of the dead can have another one.
  sweepNotes(notes);
  return { kind: "broken" };
}
