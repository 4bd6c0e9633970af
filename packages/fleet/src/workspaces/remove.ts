/**
 * Deletes a task's workspace once everything in it is in the depot: taken there as it is now, put out of the way, and looked
 * at for changes since. Killed anywhere, it is there whole, or it may go.
 */
import { type Dirent, existsSync, lstatSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { sleep } from "@fleet/kit/clock";
import { errno } from "@fleet/kit/errors";
import { ensureDir, move, removeTree } from "@fleet/kit/files";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { workingIn } from "@fleet/kit/process/working-in";

import { list } from "../attempts/records/paths.ts";
import { aloneIn } from "./alone.ts";
import { inDepot } from "./depot.ts";
import { type KeptAttempt, keptIn, LATER } from "./kept.ts";
import type { Making } from "./making.ts";
import { leavingDir, workDir } from "./paths.ts";
import { freePorts } from "./ports.ts";
import { readWorkspace, type WorkspaceRecord, writeWorkspace } from "./record.ts";
import { attemptRefs, takeBack } from "./take-back.ts";
import { done, WorkspaceError } from "./trouble.ts";

/** stays: `why` is a sentence with what changes it. */
export type Removed = { readonly kind: "removed" } | { readonly kind: "stays"; readonly why: string };

export interface Removing {
  readonly task: string;
  /** What could not be kept goes too: a person has let go of it. */
  readonly isLetGo: boolean;
  /** Asked once more when it is out of the way: whether an attempt may be about to start in it. */
  readonly isOver: () => boolean;
}

const stays = (why: string): Removed => ({ kind: "stays", why });

/** Times of files are told in steps, of milliseconds: what was written before it began is told from what came after. */
const COARSE = 20;
/** What was proven, and may be deleted by whoever finds it. */
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
  removeTree(`${leaving}${PROVEN}`);
  move(dir, leaving);
  making.at?.("put-away");
  const back = (why: string): Removed => {
    move(leaving, dir);
    return stays(why);
  };
  if (!isOver()) return back("its task was opened again");
  if (!isLetGo && changedSince(leaving, begun)) return back("something was written in it just now, or can't be read");
  const { ports: _, ...rest } = record;
  writeWorkspace(home, task, { ...rest, ready: false });
  freePorts(home, task);
  move(leaving, `${leaving}${PROVEN}`);
  making.at?.("proven");
  removeTree(`${leaving}${PROVEN}`);
  return { kind: "removed" };
}

/** Whether somebody works there; a sentence. */
export function inUse(dir: string): string | undefined {
  const pids = workingIn(dir) ?? [];
  return pids.length === 0 ? undefined : `process ${pids.slice(0, 3).join(", ")} works in ${dir}`;
}

/** What a killed deletion left: what was proven goes, the rest is put back. */
export function sweepLeaving(home: string): void {
  for (const name of list(leavingDir(home))) {
    const path = join(leavingDir(home), name);
    if (name.endsWith(PROVEN)) removeTree(path);
    else if (!existsSync(join(workDir(home), name))) move(path, join(workDir(home), name));
  }
}

/** Takes it back as it is now. The answer is what could not be kept. */
async function keepNow(
  making: Making,
  task: string,
  { depot, dir, branch }: WorkspaceRecord,
): Promise<readonly string[]> {
  const last = keptIn(depot, task).at(-1);
  const attempt = last?.attempt ?? "0";
  try {
    const { left } = await takeBack(making, { task, attempt: `${attempt}/${LATER}`, depot, top: dir, branch });
    if (left.length > 0) return left;
  } catch (error) {
    if (error instanceof WorkspaceError) return [`${error.message} (${error.where ?? dir})`];
    throw error;
  }
  making.at?.("taken-again");
  const now = keptIn(depot, task).find((one) => one.attempt === attempt);
  if (now !== undefined && last !== undefined && (await isSame(making, now)))
    await dropRefs(making, depot, `${attemptRefs(task, attempt)}/${LATER}`);
  return [];
}

/** Whether it is as its last attempt left it: the same refs, and the same files. */
async function isSame({ env }: Making, { depot, refs }: KeptAttempt): Promise<boolean> {
  const [then, now] = [new Map<string, string>(), new Map<string, string>()];
  for (const [name, oid] of refs)
    if (name.startsWith(`${LATER}/`)) now.set(name.slice(LATER.length + 1), oid);
    else then.set(name, oid);
  // Each snapshot is another commit, of its own time.
  const trees = async (all: ReadonlyMap<string, string>): Promise<string> => {
    const lines = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
    const input = lines.map(([name, oid]) => (basename(name) === "snapshot" ? `${oid}^{tree}\n` : `${oid}\n`)).join("");
    const asked = await gitObjects(["cat-file", "--batch-check=%(objectname)"], { env, gitDir: depot }, { input });
    return `${lines.map(([name]) => name).join("\n")}\n${done(asked, "read its objects", depot)}`;
  };
  return (await trees(then)) === (await trees(now));
}

/** Removes all refs below this one. */
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

/** Whether anything below was changed after that moment, but for objects of git's, which only come. */
function changedSince(dir: string, at: number, isTop = true): boolean {
  let entries: Dirent[];
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    // Nobody can say what is in it.
    if (errno(error) === "EACCES") return true;
    throw error;
  }
  return entries.some((entry) => {
    const path = join(dir, entry.name);
    if (!isTop && entry.name === "objects" && existsSync(join(dir, "HEAD"))) return false;
    if ((lstatSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Infinity) > at) return true;
    return entry.isDirectory() && changedSince(path, at, false);
  });
}
