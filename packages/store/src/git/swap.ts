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

import { diskTrouble, errno } from "@fleet/kit/errors";
import { StoreError } from "../errors.ts";
import { ensureDir } from "@fleet/kit/files";
import { clock, sleep } from "@fleet/kit/clock";
import { descends } from "./ancestry.ts";
import { isSame, lockPath, type LockVerdict, meetLock } from "./break-lock.ts";
import { noteWriter } from "./notes.ts";
import { shellWord } from "@fleet/kit/shell";
import { hasObject } from "./objects.ts";
import { BRANCH, readTip } from "./tip.ts";
import { hostOf } from "@fleet/kit/process/id";

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

type Step =
  /** The lock was had; what came of it, the branch itself tells. */
  | { readonly kind: "tried" }
  /** Somebody else has the lock, or a directory that it needs has just gone. */
  | { readonly kind: "locked" }
  /** The disk said no, perhaps only afterwards (a network's file system loses an answer). */
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * The steps git itself takes, and in its order: the lock is had by making it, the branch looked at under it, and the lock
 * renamed to be the branch. The lock is made whole, as one more name of the note: nobody ever sees it empty.
 */
function step(gitDir: string, from: string, to: string): Step {
  const branch = join(gitDir, BRANCH);
  const lock = lockPath(gitDir);
  let note: string | undefined;
  try {
    // A `git gc --prune=now` took it while nothing pointed at it.
    if (!hasObject(gitDir, to)) return { kind: "tried" };
    note = noteWriter(gitDir, to);
    if (!locked(note, lock)) return { kind: "locked" };
    if (readTip(gitDir) === from) renameSync(lock, branch);
    return { kind: "tried" };
  } catch (error) {
    return { kind: "failed", error: diskTrouble(error, branch) };
  } finally {
    if (note !== undefined) clear(note, lock);
  }
}

/**
 * In this order: a lock without its note is nobody's. And only our own: by now another's may be there. Not rmSync, which
 * loads more of Node than it does. A note that stays is swept as that of a dead writer.
 */
function clear(note: string, lock: string): void {
  try {
    if (isSame(lock, note)) unlinkSync(lock);
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
    // Over NFS a request that is sent twice meets its own link.
    if (errno(error) === "EEXIST") return isSame(lock, note);
    if (errno(error) === "ENOENT") return false;
    throw error;
  }
}

export async function swap(gitDir: string, from: string, to: string): Promise<Swap> {
  for (const deadline = clock() + LOCK_PATIENCE; ;) {
    const done = step(gitDir, from, to);
    // Whatever we did: the branch itself tells whether the swap happened.
    if (arrived(gitDir, from, to)) return { kind: "moved" };
    if (done.kind === "failed") throw done.error;
    if (done.kind !== "locked" || readTip(gitDir) !== from) return { kind: "refused" };
    const lock = met(gitDir);
    if (clock() > deadline) throw inTheWay(gitDir, lock);
    await sleep(lock.kind === "held" || lock.kind === "strange" ? LOCK_POLL : 0);
  }
}

function met(gitDir: string): LockVerdict {
  try {
    return meetLock(gitDir, Date.now());
  } catch (error) {
    throw diskTrouble(error, lockPath(gitDir));
  }
}

function inTheWay(gitDir: string, lock: LockVerdict): StoreError {
  if (lock.kind !== "held") {
    return new StoreError("unwritable", `the branch's lock could not be made for ${LOCK_PATIENCE / 1000} s`, {
      where: lockPath(gitDir),
      mend: `ls -ld ${shellWord(lockPath(gitDir))}; what is in its place is not a lock of git: remove it`,
    });
  }
  const [holder, mend] = named(lock);
  return new StoreError(
    "unwritable",
    `${holder} holds git's lock on the branch for ${Math.round(lock.ageMs / 1000)} s`,
    { where: lock.path, mend },
  );
}

function named({ path, writer, isElsewhere }: LockVerdict & { kind: "held" }): readonly [holder: string, mend: string] {
  if (writer === undefined)
    return [
      "another program",
      `fuser -v ${shellWord(path)}; if no git is running there, remove it: rm ${shellWord(path)}`,
    ];
  const { pid } = writer;
  if (isElsewhere)
    return [
      `process ${pid} of another container or machine (${hostOf(writer)})`,
      `ps -p ${pid} there; if it has ended, remove the lock: rm ${shellWord(path)}`,
    ];
  return [`process ${pid}`, `ps -o pid,stat,lstart,args -p ${pid}; if it is stopped: kill -CONT ${pid}`];
}
