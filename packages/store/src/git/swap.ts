/**
 * The one place that moves the branch: a compare-and-swap under git's own lock (`refs/heads/main.lock`), read back before
 * anybody is told. All correctness of the store rests here, on nothing else.
 *
 * Not by `git update-ref`: its start costs a third of a write, and a git that is killed leaves an empty lock that tells
 * nobody whose it is, or HEAD.lock. The protocol is git's (lockfile.h, refs/files-backend.c of git 2.39): the lock is made
 * exclusively, holds what the branch will hold, and is renamed.
 */
import { existsSync, linkSync, renameSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { diskTrouble, errno, StoreError } from "../errors.ts";
import { ensureDir } from "../files.ts";
import { clock, sleep } from "../time.ts";
import { descends } from "./ancestry.ts";
import { lockPath, type LockVerdict, meetLock } from "./break-lock.ts";
import { noteWriter } from "./notes.ts";
import { hasObject } from "./objects.ts";
import { BRANCH, readTip } from "./tip.ts";

export type Swap =
  /** The branch is at the new commit, or at one that descends from it. */
  | { readonly kind: "moved" }
  /** The branch was not where we had read it, or an object was swept away: decide again on what is there now. */
  | { readonly kind: "refused" };

/** How long somebody else's lock is waited for, in milliseconds, before it is named to the user. */
const LOCK_PATIENCE = 5_000;
const LOCK_POLL = 15;

/** True when the branch's tip is this commit or has it in its history. */
function arrived(gitDir: string, from: string, commit: string): boolean {
  const tip = readTip(gitDir);
  return tip !== undefined && tip !== from && (tip === commit || descends(gitDir, commit, tip));
}

type Step = "renamed" | "refused" | "locked";

/**
 * The steps git itself takes, and in its order: the lock is had by making it, the branch looked at under it, and the lock
 * renamed to be the branch. The lock is made whole, as one more name of the note: nobody ever sees it empty.
 */
function step(gitDir: string, from: string, to: string): Step {
  const branch = join(gitDir, BRANCH);
  const lock = lockPath(gitDir);
  // A `git gc --prune=now` took it while nothing pointed at it.
  if (!hasObject(gitDir, to)) return "refused";
  let note: string | undefined;
  try {
    note = noteWriter(gitDir, to);
    if (!locked(note, lock)) return "locked";
    let isOurs = true;
    try {
      if (readTip(gitDir) !== from) return "refused";
      renameSync(lock, branch);
      isOurs = false;
      return "renamed";
    } finally {
      if (isOurs) gone(lock);
    }
  } catch (error) {
    throw diskTrouble(error, branch);
  } finally {
    if (note !== undefined) gone(note);
  }
}

/** Not rmSync, which loads more of Node than it does. A note that stays is swept as that of a dead writer. */
function gone(note: string): void {
  try {
    unlinkSync(note);
  } catch {
    return;
  }
}

/** False when somebody has the lock. */
function locked(note: string, lock: string): boolean {
  try {
    // git removes the directory of a branch that it has packed.
    if (!existsSync(dirname(lock))) ensureDir(dirname(lock));
    linkSync(note, lock);
    return true;
  } catch (error) {
    if (errno(error) === "EEXIST") return false;
    throw error;
  }
}

export async function swap(gitDir: string, from: string, to: string): Promise<Swap> {
  for (const deadline = clock() + LOCK_PATIENCE; ;) {
    const done = step(gitDir, from, to);
    // Whatever we did: the branch itself tells whether the swap happened.
    if (arrived(gitDir, from, to)) return { kind: "moved" };
    if (done !== "locked" || readTip(gitDir) !== from) return { kind: "refused" };
    const lock = meetLock(gitDir, Date.now());
    if (clock() > deadline) throw inTheWay(gitDir, lock);
    await sleep(lock.kind === "held" ? LOCK_POLL : 0);
  }
}

function inTheWay(gitDir: string, lock: LockVerdict): StoreError {
  if (lock.kind !== "held") {
    return new StoreError("unwritable", `the branch's lock could not be made for ${LOCK_PATIENCE / 1000} s`, {
      where: lockPath(gitDir),
      mend: `ls -ld ${lockPath(gitDir)}; what is in its place is no lock of git's: remove it`,
    });
  }
  const holder = lock.pid === undefined ? "another program" : `process ${lock.pid}`;
  const mend =
    lock.pid === undefined
      ? `fuser -v ${lock.path}; if no git is running there, remove it: rm ${lock.path}`
      : `ps -o pid,stat,lstart,args -p ${lock.pid}; if it is stopped: kill -CONT ${lock.pid}`;
  return new StoreError(
    "unwritable",
    `${holder} holds git's lock on the branch for ${Math.round(lock.ageMs / 1000)} s`,
    { where: lock.path, mend },
  );
}
