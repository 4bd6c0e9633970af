/**
 * Restores a task's workspace to what an earlier attempt left: branch, files and index. The current state is taken into the depot
 * first. Nothing of the agent's configuration runs; ignored files and nested repositories stay.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { discard, ensureDir, removeTree, replaceFile, touch } from "@fleet/kit/files";
import { makeBorrowed } from "@fleet/kit/git/borrowed";
import { parseChanged, parseIndex } from "@fleet/kit/git/changed-paths";
import { filesBelow, lookIn } from "@fleet/kit/git/files-there";
import { inTheWay, prefixesOf } from "@fleet/kit/git/in-the-way";
import { writeRef } from "@fleet/kit/git/loose-ref";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { configText, type Setting } from "@fleet/kit/git/settings";
import { readSource } from "@fleet/kit/git/source";
import { readBytes, readText } from "@fleet/kit/read";
import { shellWord } from "@fleet/kit/shell";
import { thereAt } from "@fleet/kit/there";

import { copiedSettings } from "./config.ts";
import { inDepot } from "./depot.ts";
import { isDirect, promisorSettings } from "./direct.ts";
import { type KeptAttempt, keptIn, LATER } from "./kept.ts";
import { type Making, timeLeft } from "./making.ts";
import { makingDir } from "./paths.ts";
import { provePlace } from "./proof.ts";
import { type WorkspaceRecord, writeWorkspace } from "./record.ts";
import { attemptRefs, takeBack } from "./take-back.ts";
import { done, WorkspaceError } from "./trouble.ts";

/** refused: nothing was changed. `why`: a sentence; `mend`: the command that helps. */
export type Restored =
  | {
      readonly kind: "restored";
      /** The commit that the branch is at. */
      readonly commit: string;
      /** The depot's ref that keeps the state before. */
      readonly replaced: string;
    }
  | { readonly kind: "refused"; readonly why: string; readonly mend: string };

export interface Target {
  /** The attempt. */
  readonly before: number;
  readonly branch: string;
  /** The attempt's files; those of the branch where none were kept. */
  readonly snapshot: string;
}

/** git's state files of an open operation: they belong to what is replaced. */
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

/** The workspace before attempt n: as the previous attempt left it, or as it was restored since; else as it was made. */
export function before(kept: readonly KeptAttempt[], base: string, n: number): Target {
  const earlier = kept.findLast(({ attempt, refs }) => Number.parseInt(attempt, 10) < n && refs.has("branch"));
  const later = earlier?.refs.get(`${LATER}/branch`);
  if (later !== undefined)
    return { before: n, branch: later, snapshot: earlier?.refs.get(`${LATER}/snapshot`) ?? later };
  const branch = earlier?.refs.get("branch") ?? base;
  return { before: n, branch, snapshot: earlier?.refs.get("snapshot") ?? branch };
}

/**
 * The caller holds the workspace's lock (alone.ts), and no process works in it. It is verified first: fleet never reads what an agent
 * may have put into its git directory, and overwrites the branch, HEAD and the index there.
 */
export async function restoreWorkspace(
  making: Making,
  task: string,
  record: WorkspaceRecord,
  target: Target,
): Promise<Restored> {
  const { home, now } = making;
  const { dir, depot, branch } = record;
  const dot = join(dir, ".git");
  const status = `git -C ${shellWord(dir)} status`;
  const place = await provePlace(making, record);
  if (place.kind !== "whole")
    return { kind: "refused", why: place.kind === "gone" ? `${dir} is gone` : place.why, mend: `fleet task ${task}` };
  const led = ledElsewhere(dot, `refs/heads/${branch}`);
  if (led !== undefined)
    return {
      kind: "refused",
      why: `${led} is not a directory of its own`,
      mend: `ls -ld ${shellWord(led)}`,
    };
  const attempt = keptIn(depot, task).at(-1)?.attempt ?? "0";
  const replaced = `${attempt}/replaced/${now()}`;
  const { snapshot, left } = await takeBack(making, { task, attempt: replaced, depot, top: dir, branch });
  if (left.length > 0)
    return {
      kind: "refused",
      why: `not everything in it can be kept: ${left.join("; ")}`,
      mend: status,
    };
  const room = join(makingDir(home), `${task}.restore-${process.pid}`);
  removeTree(room);
  ensureDir(room, 0o700);
  try {
    const begin = (): void => {
      const restoring = { before: target.before, replaced: attemptRefs(task, replaced) };
      writeWorkspace(home, task, { ...record, restoring });
      making.at?.("restore-begun");
    };
    const covered = await putFiles(making, { room, record, now: snapshot, target, begin });
    if (covered !== undefined) {
      const path = join(dir, covered);
      return {
        kind: "refused",
        why: `${covered} in ${dir} is ignored by git, and restoring would overwrite it`,
        mend: `mv ${shellWord(path)} ${shellWord(`${path}.now`)}`,
      };
    }
    making.at?.("restored-files");
    // No process works here, so a lock's holder was killed.
    for (const one of ["index", "HEAD", `refs/heads/${branch}`]) discard(join(dot, `${one}.lock`));
    const index = readBytes(join(room, "index"), { most: MOST_INDEX });
    if (index === undefined) throw new WorkspaceError("failed", "the index could not be put back", { where: dir });
    replaceFile(join(dot, "index"), index, { sync: false, mode: 0o644 });
  } finally {
    removeTree(room);
  }
  for (const one of UNDER_WAY) discard(join(dot, one));
  writeRef(dot, `refs/heads/${branch}`, target.branch);
  replaceFile(join(dot, "HEAD"), `ref: refs/heads/${branch}\n`, { mode: 0o644 });
  await inDepot(depot, async () => {
    const at = `${attemptRefs(task, attempt)}/${LATER}`;
    // A workspace that has to be made again then begins there.
    writeRef(depot, `${at}/branch`, target.branch);
    writeRef(depot, `${at}/snapshot`, target.snapshot);
    await Promise.resolve();
  });
  const { restoring: _over, ...whole } = record;
  writeWorkspace(home, task, whole);
  return { kind: "restored", commit: target.branch, replaced: attemptRefs(task, replaced) };
}

/** The first path component inside a git directory that is not a directory: writing below it would write elsewhere. */
function ledElsewhere(dot: string, name: string): string | undefined {
  return prefixesOf(name)
    .map((prefix) => join(dot, prefix))
    .find((path) => thereAt(path)?.isDirectory() === false);
}

interface Putting {
  /** Of a git directory of ours. */
  readonly room: string;
  readonly record: WorkspaceRecord;
  /** How the files are now. */
  readonly now: string;
  readonly target: Target;
  /** Called before the first write, so that an interrupted restore is noticed. */
  readonly begin: () => void;
}

/**
 * Restores the files, and writes an index of the restored branch into the room. Returns an ignored file that would be overwritten;
 * then nothing was changed.
 */
async function putFiles(making: Making, { room, record, now, target, begin }: Putting): Promise<string | undefined> {
  const { env } = making;
  const { dir, depot } = record;
  const dot = join(dir, ".git");
  const objects = [join(depot, "objects"), join(dot, "objects")];
  const format = target.branch.length === 64 ? "sha256" : "sha1";
  makeBorrowed({ at: room, format, objects, commonDir: dot, settings: [], without: [] });
  const runAs =
    (as: "own" | "checkout") =>
    async (...args: string[]) =>
      await gitObjects(
        ["-C", dir, ...args],
        { env, gitDir: room, where: { GIT_WORK_TREE: dir }, as },
        { timeout: timeLeft(making) },
      );
  const look = runAs("own");
  // As they were just taken, unfiltered.
  done(await look("read-tree", now), "read what is there", dir);
  await look("update-index", "-q", "--refresh");
  const [diff, listed] = await Promise.all([
    look("diff-tree", "-r", "-z", "--no-renames", now, target.snapshot),
    look("ls-files", "-z", "-s", "-v"),
  ]);
  const changed = parseChanged(done(diff, "compare the files", dir));
  const index = parseIndex(done(listed, "read what is there", dir));
  const { obstacle } = inTheWay({ changed, index, look: lookIn(dir), below: filesBelow(dir) });
  if (obstacle?.kind === "untracked") return obstacle.path;
  if (obstacle !== undefined) throw new WorkspaceError("failed", `${obstacle.path} changes meanwhile`, { where: dir });
  // As they were written when the workspace was made: with the person's filters and line ends.
  const config = join(room, "config");
  const settings = configText(await settingsOfSource(record, env));
  replaceFile(config, `${settings}${readText(config) ?? ""}`, { sync: false });
  const write = runAs("checkout");
  // A racily clean entry is compared again, which for filtered files may report a difference. The remaining differences are those that
  // filters remove.
  const seen = (): unknown => touch(join(room, "index"), Math.ceil(Date.now() / 1000) + 1);
  seen();
  await write("update-index", "-q", "--refresh");
  seen();
  begin();
  done(await write("read-tree", "-m", "-u", now, target.snapshot), "put the files back", dir);
  done(await write("read-tree", "-i", "-m", target.branch), "put the index back", dir);
  await write("update-index", "-q", "--refresh");
  return undefined;
}

/** The settings of the person's repository; empty if that is gone. */
async function settingsOfSource(
  { depot, source: { top } }: WorkspaceRecord,
  env: Making["env"],
): Promise<readonly Setting[]> {
  const found = existsSync(top) ? await readSource(top, env) : undefined;
  if (found?.kind !== "source") return [];
  const { source } = found;
  return [...copiedSettings(source, []), ...(isDirect(depot) ? promisorSettings(source) : [])];
}

/** The index of a million files is about 100 MB. */
const MOST_INDEX = 1024 * 1024 * 1024;
