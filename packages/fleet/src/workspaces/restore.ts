/**
 * Puts a task's workspace back to how an earlier attempt left it: branch, files and index. How it is now is in the depot before
 * anything is touched. Nothing of the agent's configuration runs; ignored files and repositories inside stay as they are.
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

/** refused: nothing of it was touched. `why`: a sentence; `mend`: the command that changes it. */
export type Restored =
  | {
      readonly kind: "restored";
      /** The commit that the branch is at. */
      readonly commit: string;
      /** Under which ref of the depot that is which was there before. */
      readonly replaced: string;
    }
  | { readonly kind: "refused"; readonly why: string; readonly mend: string };

export interface Target {
  /** The attempt. */
  readonly before: number;
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

/** How the workspace was before attempt n: as the newest before it left it, or as it was put back since; else as it was made. */
export function before(kept: readonly KeptAttempt[], base: string, n: number): Target {
  const earlier = kept.findLast(({ attempt, refs }) => Number.parseInt(attempt, 10) < n && refs.has("branch"));
  const later = earlier?.refs.get(`${LATER}/branch`);
  if (later !== undefined)
    return { before: n, branch: later, snapshot: earlier?.refs.get(`${LATER}/snapshot`) ?? later };
  const branch = earlier?.refs.get("branch") ?? base;
  return { before: n, branch, snapshot: earlier?.refs.get("snapshot") ?? branch };
}

/**
 * Whoever asks has the workspace alone (alone.ts), and nobody is at work in it. It is proven first: what an agent made of its git
 * directory is read by nobody, and written over where git keeps a branch, HEAD and the index.
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
    // Nobody is at work here: what holds a lock was killed.
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
    // So that a workspace that is made again begins there.
    writeRef(depot, `${at}/branch`, target.branch);
    writeRef(depot, `${at}/snapshot`, target.snapshot);
    await Promise.resolve();
  });
  const { restoring: _over, ...whole } = record;
  writeWorkspace(home, task, whole);
  return { kind: "restored", commit: target.branch, replaced: attemptRefs(task, replaced) };
}

/** The first directory on the way to a file of a git directory's that is none: what is written there would be elsewhere. */
function ledElsewhere(dot: string, name: string): string | undefined {
  return prefixesOf(name)
    .map((prefix) => join(dot, prefix))
    .find((path) => thereAt(path)?.isDirectory() === false);
}

interface Putting {
  /** For a git directory of our own. */
  readonly room: string;
  readonly record: WorkspaceRecord;
  /** How the files are now. */
  readonly now: string;
  readonly target: Target;
  /** Called before anything is written there: whoever finds the files half of then is told. */
  readonly begin: () => void;
}

/**
 * Makes the files those of then, and an index of the branch of then in the room. The answer is a file that git ignores and that
 * would be overwritten; then nothing was.
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
  // As they were taken just now, without filters.
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
  // As they were written when the workspace was made: with the filters and line ends of the person.
  const config = join(room, "config");
  const settings = configText(await settingsOfSource(record, env));
  replaceFile(config, `${settings}${readText(config) ?? ""}`, { sync: false });
  const write = runAs("checkout");
  // What was written in the second in which it was looked at is not looked at again: with filters it may seem to differ. The rest
  // is what only filters make the same.
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

/** What the repository of the person says; nothing where that is gone. */
async function settingsOfSource(
  { depot, source: { top } }: WorkspaceRecord,
  env: Making["env"],
): Promise<readonly Setting[]> {
  const found = existsSync(top) ? await readSource(top, env) : undefined;
  if (found?.kind !== "source") return [];
  const { source } = found;
  return [...copiedSettings(source, []), ...(isDirect(depot) ? promisorSettings(source) : [])];
}

/** An index of a million files has about 100 MB. */
const MOST_INDEX = 1024 * 1024 * 1024;
