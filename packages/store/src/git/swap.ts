/**
 * The one place that moves the branch: a compare-and-swap by `git update-ref`, read back before anybody is told.
 * All correctness of the store rests here, on nothing else.
 */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { diskTrouble, StoreError } from "../errors.ts";
import { gitSync, run } from "./run.ts";
import { meetLock } from "./break-lock.ts";
import { newNote, NOTE_THEN_EXEC } from "./notes.ts";
import { BRANCH, readTip } from "./tip.ts";

export type Swap =
  /** The branch is at the new commit, or at one that descends from it. */
  | { readonly kind: "moved" }
  /** The branch was not where we had read it: decide again on what is there now. */
  | { readonly kind: "refused" };

/** How long somebody else's lock is waited for, in milliseconds, before it is named to the user. */
const LOCK_PATIENCE = 5_000;
const LOCK_POLL = 15;

function descends(gitDir: string, ancestor: string, tip: string): boolean {
  return gitSync(gitDir, ["merge-base", "--is-ancestor", ancestor, tip]).code === 0;
}

/** True when the branch's tip is this commit or has it in its history. */
function arrived(gitDir: string, commit: string): boolean {
  const tip = readTip(gitDir);
  return tip !== undefined && (tip === commit || descends(gitDir, commit, tip));
}

export async function swap(gitDir: string, from: string, to: string): Promise<Swap> {
  const deadline = performance.now() + LOCK_PATIENCE;
  for (;;) {
    const note = newNoteOrTrouble(gitDir);
    const git = await run("sh", [
      "-c",
      NOTE_THEN_EXEC,
      note,
      "git",
      `--git-dir=${gitDir}`,
      "update-ref",
      BRANCH,
      to,
      from,
    ]);
    // Whatever git said: the branch itself tells whether the swap happened (a git killed after its rename did it).
    if (arrived(gitDir, to)) {
      rmSync(note, { force: true });
      return { kind: "moved" };
    }
    if (git.code === null) {
      // Killed: its lock may be left, and its note says whose that is.
    } else {
      rmSync(note, { force: true });
      if (readTip(gitDir) !== from) return { kind: "refused" };
      if (git.code === 127) {
        throw new StoreError("unwritable", "git is not on PATH", { mend: "install git, then run the command again" });
      }
    }
    const lock = meetLock(gitDir, Date.now());
    if (lock.kind === "free" && git.code !== null && !/lock/i.test(git.stderr)) {
      throw new StoreError("unwritable", `git would not move the branch: ${git.stderr.trim()}`, {
        where: gitDir,
        mend: `git --git-dir=${gitDir} fsck`,
      });
    }
    if (lock.kind === "held") {
      if (performance.now() > deadline) {
        const holder = lock.pid === undefined ? "another program" : `process ${lock.pid}`;
        throw new StoreError(
          "unwritable",
          `${holder} holds git's lock on the branch for ${Math.round(lock.ageMs / 1000)} s`,
          {
            where: lock.path,
            mend: `if no git is running there, remove it: rm ${lock.path}`,
          },
        );
      }
      await sleep(LOCK_POLL);
    }
  }
}

function newNoteOrTrouble(gitDir: string): string {
  try {
    return newNote(gitDir);
  } catch (error) {
    throw diskTrouble(error, gitDir);
  }
}
