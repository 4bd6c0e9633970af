/**
 * The one place that moves the branch: a compare-and-swap by `git update-ref`, read back before anybody is told.
 * All correctness of the store rests here, on nothing else.
 */
import { unlinkSync } from "node:fs";

import { diskTrouble, diskWords, errno, StoreError } from "../errors.ts";
import { clock, sleep } from "../time.ts";
import { descends } from "./ancestry.ts";
import type { GitResult } from "./run.ts";
import { type LockVerdict, meetLock } from "./break-lock.ts";
import { noteWriter } from "./notes.ts";
import { swapDir } from "./swap-dir.ts";
import { BRANCH, readTip } from "./tip.ts";
import { type WaitingGit, waitingGit } from "./waiting.ts";

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

/** A git for the swap, which starts meanwhile. One that is not needed is told nothing: `tell("")`. */
export function readySwap(gitDir: string): WaitingGit {
  try {
    return waitingGit(swapDir(gitDir));
  } catch (error) {
    throw diskTrouble(error, gitDir);
  }
}

/** Has this git move the branch, noted as long as it may hold the lock. */
async function moved(gitDir: string, git: WaitingGit, from: string, to: string): Promise<GitResult> {
  let note: string | undefined;
  try {
    note = git.pid === undefined ? undefined : noteWriter(gitDir, to, git.pid);
  } catch (error) {
    git.tell("");
    throw diskTrouble(error, gitDir);
  }
  git.tell(note === undefined ? "" : `update ${BRANCH} ${to} ${from}\n`);
  const done = await git.ended;
  // Killed: its lock may be left, and its note says whose that is. Otherwise nothing of it is left.
  if (note !== undefined && done.code !== null) remove(note);
  return done;
}

function remove(note: string): void {
  try {
    unlinkSync(note);
  } catch (error) {
    if (errno(error) !== "ENOENT") throw error;
  }
}

/** `ready`: a git that waits already, for the first try. */
export async function swap(gitDir: string, from: string, to: string, ready?: WaitingGit): Promise<Swap> {
  const deadline = clock() + LOCK_PATIENCE;
  for (let waiting = ready ?? readySwap(gitDir); ; waiting = readySwap(gitDir)) {
    const git = await moved(gitDir, waiting, from, to);
    // Whatever git said: the branch itself tells whether the swap happened (a git killed after its rename did it).
    if (arrived(gitDir, from, to)) return { kind: "moved" };
    if (readTip(gitDir) !== from || /but expected|nonexistent object/.test(git.stderr)) return { kind: "refused" };
    const lock = meetLock(gitDir, Date.now());
    if (lock.kind === "free" && git.code !== null && !/File exists/.test(git.stderr)) throw failure(gitDir, git);
    if (clock() > deadline)
      throw heldTooLong(gitDir, lock, git.code === null ? "it was killed again and again" : git.stderr.trim());
    if (lock.kind === "held") await sleep(LOCK_POLL);
  }
}

/** Why git did not move the branch, where no other writer was the reason. */
function failure(gitDir: string, git: GitResult): StoreError {
  const said = git.stderr.trim();
  const disk = diskWords(said);
  return disk === undefined
    ? new StoreError("unwritable", `git would not move the branch: ${said}`, {
        where: gitDir,
        mend: `git --git-dir=${gitDir} fsck`,
      })
    : new StoreError("unwritable", `nothing was written: ${disk}`, {
        where: gitDir,
        mend: `df -h ${gitDir}; ls -ld ${gitDir}/refs/heads`,
      });
}

function heldTooLong(gitDir: string, lock: LockVerdict, said: string): StoreError {
  if (lock.kind !== "held") {
    return new StoreError("unwritable", `git could not move the branch for ${LOCK_PATIENCE / 1000} s: ${said}`, {
      where: gitDir,
      mend: `git --git-dir=${gitDir} update-ref refs/heads/main main; what it says is in the way`,
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
