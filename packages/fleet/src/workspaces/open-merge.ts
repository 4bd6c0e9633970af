/**
 * Leaves a merge open in a task's workspace: merged files with conflict markers, and all the state that git keeps of a merge, so that
 * `git status`, `git add` and `git commit` work on. Made by hand for two reasons: nothing of the agent's configuration may run, and
 * the merge base has to be the task's base, because a stacked task shares more with its target than their histories tell. Uncommitted
 * changes are committed to the branch first; a killed merge is repeated from there.
 */
import { join } from "node:path";

import { discard, ensureDir, removeTree, replaceFile } from "@fleet/kit/files";
import { makeBorrowed, setRefs } from "@fleet/kit/git/borrowed";
import { type Indexed, parseChanged } from "@fleet/kit/git/changed-paths";
import { filesBelow, lookIn } from "@fleet/kit/git/files-there";
import { inTheWay } from "@fleet/kit/git/in-the-way";
import { hasCommit } from "@fleet/kit/git/has-commit";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { QUIET_FETCH_OWN } from "@fleet/kit/git/quiet-fetch";
import { refsIn } from "@fleet/kit/git/refs-in";
import { thereAt } from "@fleet/kit/there";

import { inDepot, mergeRef } from "./depot.ts";
import { keptIn } from "./kept.ts";
import {
  forgetMerge,
  type HalfMerge,
  halfMergeIn,
  noteMerge,
  type Place,
  putIndex,
  type Run,
  takeBackHalf,
} from "./half-merge.ts";
import { type Making, timeLeft } from "./making.ts";
import { makingDir } from "./paths.ts";
import { measuredFrom } from "./measured.ts";
import { changesFrom, type WorkspaceRecord } from "./record.ts";
import { takeBack } from "./take-back.ts";
import { done, WorkspaceError } from "./trouble.ts";

export interface Merging {
  readonly task: string;
  readonly record: WorkspaceRecord;
  /** The branch of the source that is merged, and its commit. */
  readonly target: string;
  readonly tip: string;
  /** The commit that the work is measured from, where it differs from the record. */
  readonly base?: string | undefined;
  /** The git directory that has that commit. */
  readonly from: string;
}

/**
 * open: `files` conflict · there: the branch already has that commit, or another operation is open, which is left to its owner · not:
 * `why` is a sentence.
 */
export type Opened =
  | { readonly kind: "open"; readonly files: readonly string[] }
  | { readonly kind: "there" }
  | { readonly kind: "not"; readonly why: string };

const OPEN = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "sequencer"];

export async function openMerge(making: Making, merging: Merging): Promise<Opened> {
  const { env } = making;
  const { task, record, tip, from } = merging;
  const { dir, depot, branch } = record;
  const dot = join(dir, ".git");
  const begun = halfMergeIn(dot);
  if (begun === undefined && OPEN.some((name) => thereAt(join(dot, name)) !== undefined)) return { kind: "there" };
  await inDepot(depot, async () => await fetchTip(making, depot, { task, tip, from }));
  const own = refsIn(dot).find(({ name }) => name === `refs/heads/${branch}`)?.oid;
  if (own === undefined) return { kind: "not", why: `${branch} is gone in ${dir}` };
  const where = { env, gitDir: dot };
  if ((await gitObjects(["merge-base", "--is-ancestor", tip, own], where)).kind === "ok") return { kind: "there" };
  // Repeated for an interrupted one, too: somebody may have changed files since.
  const kept = await withLeftovers(making, merging, own);
  if (typeof kept !== "string") return kept;
  const ours = begun?.ours ?? kept;
  for (const one of ["index", "HEAD", `refs/heads/${branch}`]) discard(join(dot, `${one}.lock`));
  const room = join(makingDir(making.home), `${task}.merge-${process.pid}`);
  removeTree(room);
  ensureDir(room, 0o700);
  try {
    return await writeMerge(making, merging, { room, dot, ours, begun });
  } finally {
    removeTree(room);
  }
}

interface Tip {
  readonly task: string;
  readonly tip: string;
  readonly from: string;
}

/** Kept until the task's next merge. */
async function fetchTip({ env }: Making, depot: string, { task, tip, from }: Tip): Promise<void> {
  const ref = mergeRef(task);
  const where = { env, gitDir: depot };
  if (await hasCommit(depot, tip, env)) {
    done(await gitObjects(["update-ref", ref, tip], where), "keep what is to be merged", depot);
    return;
  }
  const fetched = await gitObjects(["fetch", ...QUIET_FETCH_OWN, from, `+${tip}:${ref}`], { ...where, as: "person" });
  done(fetched, `fetch from ${from}`, depot);
}

/** Commits the current state to the branch and keeps it. Returns the commit, or why that failed. */
async function withLeftovers(making: Making, { task, record }: Merging, own: string): Promise<string | Opened> {
  const { env, now } = making;
  const { dir, depot, branch } = record;
  const attempt = `${keptIn(depot, task).at(-1)?.attempt ?? "0"}/merged/${now()}`;
  const taken = await takeBack(making, { task, attempt, depot, top: dir, branch });
  if (taken.left.length > 0) return { kind: "not", why: `not kept of it: ${taken.left.join("; ")}` };
  const where = { env, gitDir: depot };
  const trees = done(
    await gitObjects(["rev-parse", `${own}^{tree}`, `${taken.snapshot}^{tree}`], where),
    "compare",
    dir,
  );
  const [committed, all] = trees.trim().split("\n");
  return committed === all ? own : taken.snapshot;
}

interface Writing {
  readonly room: string;
  readonly dot: string;
  /** The side that is merged into. */
  readonly ours: string;
  /** Left by a process that was killed in the middle. */
  readonly begun: HalfMerge | undefined;
}

async function writeMerge(making: Making, merging: Merging, { room, dot, ours, begun }: Writing): Promise<Opened> {
  const { env } = making;
  const { record, target, tip } = merging;
  const { dir, depot, branch } = record;
  const format = ours.length === 64 ? "sha256" : "sha1";
  const objects = [join(dot, "objects"), join(depot, "objects")];
  makeBorrowed({ at: room, format, objects, commonDir: dot, settings: [], without: [] });
  // New files belong to the workspace's owner.
  const where = { GIT_WORK_TREE: dir, GIT_OBJECT_DIRECTORY: join(dot, "objects") };
  const run = async (args: readonly string[], input = "") =>
    await gitObjects(["-C", dir, ...args], { env, gitDir: room, where }, { input, timeout: timeLeft(making) });
  const merged = await mergeOf(run, {
    room,
    ours,
    theirs: tip,
    base: merging.base ?? changesFrom(record),
    names: [branch, target],
  });
  const { tree } = merged;
  const place: Place = { run, room, dir, dot };
  const toOurs = async (): Promise<unknown> =>
    done(await gitObjects(["update-ref", `refs/heads/${branch}`, ours], { env, gitDir: dot }), "move the branch", dir);
  if (begun !== undefined) {
    await takeBackHalf(place, begun, tree);
    await toOurs();
    forgetMerge(dot);
  }
  const ignored = await ignoredInTheWay(run, dir, { ours, tree });
  if (ignored !== undefined)
    return { kind: "not", why: `git ignores ${ignored} in ${dir}, and ${target} has a file there` };
  noteMerge(dot, { ours, tree });
  making.at?.("merge-begun");
  await toOurs();
  done(await run(["read-tree", ours]), "read what is there", dir);
  await run(["update-index", "-q", "--refresh"]);
  done(await run(["read-tree", "-m", "-u", ours, tree]), "write the files of the merge", dir);
  making.at?.("merge-files");
  const none = "0".repeat(ours.length);
  const entries = [
    ...merged.files.map((path) => `0 ${none}\t${path}\0`),
    ...merged.stages.map((stage) => `${stage}\0`),
  ].join("");
  if (entries !== "") done(await run(["update-index", "-z", "--index-info"], entries), "note the conflicts", dir);
  const put = (name: string, content: string | Uint8Array): void =>
    replaceFile(join(dot, name), content, { sync: false, mode: 0o644 });
  putIndex(place);
  put("MERGE_MSG", messageOf(target, branch, merged.files));
  put("MERGE_MODE", "no-ff");
  put("ORIG_HEAD", `${ours}\n`);
  put("MERGE_HEAD", `${tip}\n`);
  making.at?.("merge-noted");
  forgetMerge(dot);
  return { kind: "open", files: merged.files };
}

/** Files that git would overwrite; all others are in a commit of the work by now. */
async function ignoredInTheWay(
  run: Run,
  dir: string,
  { ours, tree }: { readonly ours: string; readonly tree: string },
): Promise<string | undefined> {
  const listed = done(await run(["diff-tree", "-r", "-z", "--no-renames", ours, tree]), "compare the merge", dir);
  const changed = parseChanged(listed);
  const index = new Map<string, Indexed>();
  for (const { path, before } of changed)
    if (before !== undefined) index.set(path, { ...before, isUnmerged: false, isSkipped: true, isAssumed: false });
  const { obstacle } = inTheWay({ changed, index, look: lookIn(dir), below: filesBelow(dir) });
  return obstacle?.kind === "untracked" ? obstacle.path : undefined;
}

const messageOf = (target: string, branch: string, files: readonly string[]): string =>
  `Merge branch '${target}' into ${branch}\n${files.length === 0 ? "" : `\n# Conflicts:\n${files.map((file) => `#\t${file}\n`).join("")}`}`;

interface Merged {
  readonly tree: string;
  readonly files: readonly string[];
  /** As `update-index --index-info` takes them. */
  readonly stages: readonly string[];
}

interface Sides {
  readonly room: string;
  readonly ours: string;
  readonly theirs: string;
  readonly base: string;
  /** The labels of the sides in conflict markers. */
  readonly names: readonly [ours: string, theirs: string];
}

const NOBODY = "fleet <fleet@localhost> 0 +0000";

/** Two commits whose only common ancestor is the base. */
async function mergeOf(run: Run, { room, ours, theirs, base, names }: Sides): Promise<Merged> {
  // The work may have been rebased onto a newer target since.
  const from = await measuredFrom(run, { head: ours, tip: theirs, base });
  const side = async (commit: string): Promise<string> => {
    const tree = done(await run(["rev-parse", `${commit}^{tree}`]), "read a side of the merge", room).trim();
    const text = `tree ${tree}\nparent ${from}\nauthor ${NOBODY}\ncommitter ${NOBODY}\n\nside\n`;
    return done(await run(["hash-object", "-t", "commit", "-w", "--stdin"], text), "make a side", room).trim();
  };
  const sides = [await side(ours), await side(theirs)];
  const [first, second] = names;
  setRefs(room, [
    { name: `refs/heads/${first}`, oid: sides[0] ?? "" },
    { name: `refs/heads/${second}`, oid: sides[1] ?? "" },
  ]);
  const answer = await run(["merge-tree", "--write-tree", "-z", "--no-messages", first, second]);
  if (answer.kind === "unavailable" || (answer.kind === "failed" && answer.code !== 1))
    throw new WorkspaceError("failed", `could not merge ${second} into ${first}`, { where: room });
  const [tree = "", ...stages] = answer.stdout.split("\0").filter((part) => part !== "");
  const files = [...new Set(stages.map((stage) => stage.slice(stage.indexOf("\t") + 1)))];
  return { tree, files, stages };
}
