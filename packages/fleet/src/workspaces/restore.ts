/**
 * Puts a task's workspace back to how an earlier attempt left it: branch, files and index. How it is now is in the depot before
 * anything is touched. Nothing of the agent's configuration runs; ignored files and repositories inside stay as they are.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";

import { discard, ensureDir, removeTree, replaceFile } from "@fleet/kit/files";
import { makeBorrowed } from "@fleet/kit/git/borrowed";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readBytes } from "@fleet/kit/read";

import { inDepot } from "./depot.ts";
import { type KeptAttempt, keptIn, LATER } from "./kept.ts";
import { type Making, timeLeft } from "./making.ts";
import { makingDir } from "./paths.ts";
import type { WorkspaceRecord } from "./record.ts";
import { attemptRefs, takeBack } from "./take-back.ts";
import { done, WorkspaceError } from "./trouble.ts";

export interface Restored {
  /** The commit that the branch is at. */
  readonly commit: string;
  /** Under which ref of the depot that is which was there before. */
  readonly replaced: string;
  /** What of that could not be kept; then nothing was touched. */
  readonly left: readonly string[];
}

export interface Target {
  readonly branch: string;
  /** Its files; those of the branch where none were kept. */
  readonly snapshot: string;
}

/** What git keeps of an operation that is under way: it belongs to what is replaced. */
const UNDER_WAY = [
  "MERGE_HEAD",
  "MERGE_MSG",
  "MERGE_MODE",
  "AUTO_MERGE",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "rebase-merge",
  "rebase-apply",
  "sequencer",
  "BISECT_LOG",
  "BISECT_START",
];

/** How the workspace was before attempt n: as the newest before it left it, or as it was made. */
export function before(kept: readonly KeptAttempt[], base: string, n: number): Target {
  const earlier = kept.findLast(({ attempt, refs }) => Number.parseInt(attempt, 10) < n && refs.has("branch"));
  const branch = earlier?.refs.get("branch") ?? base;
  return { branch, snapshot: earlier?.refs.get("snapshot") ?? branch };
}

export async function restoreWorkspace(
  making: Making,
  task: string,
  record: WorkspaceRecord,
  target: Target,
): Promise<Restored> {
  const { env, home, now } = making;
  const { dir, depot, branch } = record;
  const attempt = keptIn(depot, task).at(-1)?.attempt ?? "0";
  const replaced = `${attempt}/replaced/${now()}`;
  const taken = await takeBack(making, { task, attempt: replaced, depot, top: dir, branch });
  const name = attemptRefs(task, replaced);
  if (taken.left.length > 0) return { commit: target.branch, replaced: name, left: taken.left };
  const dot = join(dir, ".git");
  // Nobody is at work here: what holds a lock was killed.
  for (const one of ["index", "HEAD", `refs/heads/${branch}`]) discard(join(dot, `${one}.lock`));
  const room = join(makingDir(home), `${task}.restore-${process.pid}`);
  removeTree(room);
  ensureDir(room, 0o700);
  try {
    const format = target.branch.length === 64 ? "sha256" : "sha1";
    const objects = [join(depot, "objects"), join(dot, "objects")];
    makeBorrowed({ at: room, format, objects, gitDir: dot, commonDir: dot, settings: [], without: [] });
    const run = async (...args: string[]) =>
      await gitObjects(
        ["-C", dir, ...args],
        { env, gitDir: room, where: { GIT_WORK_TREE: dir } },
        { timeout: timeLeft(making) },
      );
    // The files are those of the snapshot that was just taken: what differs from it is not overwritten.
    done(await run("read-tree", taken.snapshot), "read what is there", dir);
    await run("update-index", "-q", "--refresh");
    done(await run("read-tree", "-m", "-u", taken.snapshot, target.snapshot), "put the files back", dir);
    done(await run("read-tree", "-m", target.branch), "put the index back", dir);
    await run("update-index", "-q", "--refresh");
    const index = readBytes(join(room, "index"), { most: MOST_INDEX });
    if (index === undefined) throw new WorkspaceError("failed", "the index could not be put back", { where: dir });
    replaceFile(join(dot, "index"), index, { sync: false, mode: 0o644 });
  } finally {
    removeTree(room);
  }
  for (const one of UNDER_WAY)
    if (lstatSync(join(dot, one), { throwIfNoEntry: false }) !== undefined) discard(join(dot, one));
  const own = { env, gitDir: dot };
  done(await gitObjects(["update-ref", `refs/heads/${branch}`, target.branch], own), "put the branch back", dir);
  done(await gitObjects(["symbolic-ref", "HEAD", `refs/heads/${branch}`], own), "put the branch back", dir);
  await inDepot(depot, async () => {
    const at = `${attemptRefs(task, attempt)}/${LATER}`;
    const input = `update ${at}/branch ${target.branch}\nupdate ${at}/snapshot ${target.snapshot}\n`;
    // So that a workspace that is made again begins there.
    done(await gitObjects(["update-ref", "--stdin"], { env, gitDir: depot }, { input }), "note the branch", depot);
  });
  return { commit: target.branch, replaced: name, left: [] };
}

/** An index of a million files has about 100 MB. */
const MOST_INDEX = 1024 * 1024 * 1024;
