/**
 * Deletes a task's workspace once the depot has everything in it: taken there as it is now, moved away, and checked for changes
 * since. After a kill the workspace is either whole or fully kept.
 */
import { type Dirent, existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { sleep } from "@fleet/kit/clock";
import { DiskError, errno, refusal } from "@fleet/kit/errors";
import { discard, ensureDir, makeWritable, move, removeTree } from "@fleet/kit/files";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { workingIn } from "@fleet/kit/process/working-in";
import { shellWord } from "@fleet/kit/shell";
import { thereAt } from "@fleet/kit/there";

import { list } from "@fleet/kit/list";
import { aloneIn } from "./alone.ts";
import { inDepot } from "./depot.ts";
import { branchLine, type KeptAttempt, keptIn, LATER } from "./kept.ts";
import type { Making } from "./making.ts";
import { leavingDir, makingDir, workDir } from "./paths.ts";
import { freePorts } from "./ports.ts";
import { readWorkspace, type WorkspaceRecord, writeWorkspace } from "./record.ts";
import { attemptRefs, takeBack } from "./take-back.ts";
import { done, whyNot } from "./trouble.ts";

/** stays: `why` is a sentence that says what to change. */
export type Removed = { readonly kind: "removed" } | { readonly kind: "stays"; readonly why: string };

export interface Removing {
  readonly task: string;
  /** Also deletes what could not be kept: a person has discarded it. */
  readonly isLetGo: boolean;
  /** Asked again after it was moved away: an attempt may be about to start in it. */
  readonly isOver: () => boolean;
}

const stays = (why: string): Removed => ({ kind: "stays", why });

/** File times have a resolution of milliseconds: wait until a write before the check can't have the time of one after it. */
const COARSE = 20;
/** Verified; anybody who finds it may delete it. */
const PROVEN = ".proven";

export const removeWorkspace = async (making: Making, removing: Removing): Promise<Removed> =>
  await aloneIn(making.home, removing.task, async () => await removed(making, removing));

async function removed(making: Making, removing: Removing): Promise<Removed> {
  const { home } = making;
  const { task, isLetGo, isOver } = removing;
  const record = readWorkspace(home, task);
  if (record === undefined || !existsSync(record.dir)) return stays("it is gone already");
  const { dir } = record;
  await sleep(2 * COARSE);
  const begun = Date.now() - COARSE;
  const left = isLetGo ? [] : await keepNow(making, task, record);
  if (left.length > 0)
    return stays(`not kept of it: ${left.join("; ")} (to delete it all the same: fleet gc --let-go ${task})`);
  const used = inUse(dir);
  if (used !== undefined) return stays(used);
  const leaving = join(leavingDir(home), task);
  ensureDir(leavingDir(home), 0o700);
  const former = deleteAll(`${leaving}${PROVEN}`);
  if (former !== undefined) return stays(former);
  // A read-only directory can't be renamed.
  makeWritable(dir);
  move(dir, leaving);
  making.at?.("put-away");
  const back = (why: string): Removed => {
    move(leaving, dir);
    return stays(why);
  };
  if (!isOver()) return back("its task was opened again");
  if (!isLetGo && changedSince(leaving, begun))
    return back("something in it was written a moment ago, or can't be read");
  const { ports: _, ...rest } = record;
  writeWorkspace(home, task, { ...rest, ready: false });
  freePorts(home, task);
  move(leaving, `${leaving}${PROVEN}`);
  making.at?.("proven");
  const kept = deleteAll(`${leaving}${PROVEN}`);
  return kept === undefined ? { kind: "removed" } : stays(kept);
}

/** Why something is left: files of another user, for example from a container. */
function deleteAll(path: string): string | undefined {
  try {
    removeTree(path);
    return undefined;
  } catch (error) {
    const why = (error instanceof DiskError ? refusal(error.cause) : undefined) ?? whyNot(error);
    return `all of it is kept, but not all could be deleted (${why}): sudo rm -rf ${shellWord(path)}`;
  }
}

/** Whether a process works there; a sentence. */
export function inUse(dir: string): string | undefined {
  const pids = workingIn(dir) ?? [];
  return pids.length === 0 ? undefined : `process ${pids.slice(0, 3).join(", ")} works in ${dir}`;
}

/** Finishes killed deletions: deletes what was verified, puts the rest back. Returns a sentence for each that could not be deleted. */
export function sweepLeaving(home: string): string[] {
  return list(leavingDir(home)).flatMap((name) => {
    const path = join(leavingDir(home), name);
    if (name.endsWith(PROVEN)) return deleteAll(path) ?? [];
    if (!existsSync(join(workDir(home), name))) move(path, join(workDir(home), name));
    return [];
  });
}

/** Milliseconds; longer than anything takes to be made there. */
const ABANDONED = 86_400_000;

/** Deletes unfinished things of killed processes. */
export const abandoned = (home: string, now: number): string[] =>
  list(makingDir(home))
    .map((name) => join(makingDir(home), name))
    .filter((path) => now - (thereAt(path)?.mtimeMs ?? now) > ABANDONED);

export function sweepMaking(home: string, now: number): void {
  for (const path of abandoned(home, now)) discard(path);
}

/** Takes its current state into the depot. Returns what could not be kept. */
async function keepNow(making: Making, task: string, record: WorkspaceRecord): Promise<readonly string[]> {
  const { depot, dir, branch } = record;
  try {
    const last = keptIn(depot, task).at(-1);
    const attempt = last?.attempt ?? "0";
    const { left, tip } = await takeBack(making, {
      task,
      attempt: `${attempt}/${LATER}`,
      depot,
      top: dir,
      branch,
      began: record.base,
    });
    if (left.length > 0) return left;
    // What else is lost with it is unknown.
    if (tip === undefined) return [`${branch}, which is not there: ${branchLine(record, task)}`];
    making.at?.("taken-again");
    const now = keptIn(depot, task).find((one) => one.attempt === attempt);
    if (now !== undefined && last !== undefined && (await isSame(making, now)))
      await dropRefs(making, depot, `${attemptRefs(task, attempt)}/${LATER}`);
    return [];
  } catch (error) {
    return [whyNot(error)];
  }
}

/** Whether it is as the last attempt left it: the same refs and files. */
async function isSame({ env }: Making, { depot, refs }: KeptAttempt): Promise<boolean> {
  const [then, now] = [new Map<string, string>(), new Map<string, string>()];
  for (const [name, oid] of refs)
    if (name.startsWith(`${LATER}/`)) now.set(name.slice(LATER.length + 1), oid);
    else then.set(name, oid);
  // Each snapshot is a different commit, because its time differs; compare trees.
  const trees = async (all: ReadonlyMap<string, string>): Promise<string> => {
    const lines = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
    const input = lines.map(([name, oid]) => (basename(name) === "snapshot" ? `${oid}^{tree}\n` : `${oid}\n`)).join("");
    const asked = await gitObjects(["cat-file", "--batch-check=%(objectname)"], { env, gitDir: depot }, { input });
    return `${lines.map(([name]) => name).join("\n")}\n${done(asked, "read its objects", depot)}`;
  };
  return (await trees(then)) === (await trees(now));
}

/** Deletes all refs with this prefix. */
export async function dropRefs({ env }: Making, depot: string, below: string): Promise<void> {
  await inDepot(depot, async () => {
    const where = { env, gitDir: depot };
    const listed = done(
      await gitObjects(["for-each-ref", "--format=delete %(refname)", below], where),
      "read its refs",
      depot,
    );
    if (listed !== "")
      done(await gitObjects(["update-ref", "--stdin"], where, { input: listed }), "delete its refs", depot);
  });
}

/** Whether anything below changed after that moment, except git objects, which are only added. */
function changedSince(dir: string, at: number, isTop = true): boolean {
  let entries: Dirent[];
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    // Its contents are unknown.
    if (errno(error) === "EACCES") return true;
    throw error;
  }
  return entries.some((entry) => {
    const path = join(dir, entry.name);
    if (!isTop && entry.name === "objects" && existsSync(join(dir, "HEAD"))) return false;
    if ((thereAt(path)?.ctimeMs ?? Infinity) > at) return true;
    return entry.isDirectory() && changedSince(path, at, false);
  });
}
