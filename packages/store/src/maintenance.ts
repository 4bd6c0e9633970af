/**
 * Upkeep of the home's git, when nobody waits for it: what is loose is packed, the history gets an index by path, and what
 * the dead left is swept (20 000 commits: 399 MB loose, 12 MB packed; `log -- shard` 2.9 s loose, 0.13 s packed with
 * changed paths).
 *
 * No writer is held up, because no lock is taken that a writer takes: packs and the commit graph are added beside what is
 * there. No object is removed that is not in a pack already, or was left alone by everybody for a day; a writer that uses
 * an old one again freshens it first (git/objects.ts). `git repack -d` is not used: it refuses in a home (preciousObjects).
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { diskTrouble, diskWords } from "@fleet/kit/errors";
import { isOid } from "@fleet/kit/git/oid";
import { discard, ensureDir, removeTree, replaceInPlace, TEMPORARY } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { readText } from "@fleet/kit/read";
import { shellWord } from "@fleet/kit/shell";
import { StoreError } from "./errors.ts";
import { breakingDir, meetLock } from "./git/break-lock.ts";
import { decodeId, encodeId, fateOf, ownId } from "@fleet/kit/process/id";
import { gitOn } from "./git/hint.ts";
import { gitLater } from "./git/run.ts";
import type { Store } from "./store.ts";

export type Maintained =
  /** Too few commits since the last time. */
  | { readonly kind: "not-due"; readonly commits: number }
  /** Another process is at it. */
  | { readonly kind: "busy"; readonly pid: number }
  | { readonly kind: "done"; readonly commits: number; readonly swept: number };

export interface Maintenance {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Commits since the last time that make it due. */
  readonly every?: number;
  /** Packs are brought together past this number; each one slows down every look for an object. */
  readonly maxPacks?: number;
}

const EVERY = 400;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MAX_PACKS = 12;

const recordSchema = z.looseObject({ commit: z.string(), at: z.number() });
type Git = (args: string[]) => Promise<string>;

export async function maintain(
  store: Store,
  { now, every = EVERY, maxPacks = MAX_PACKS }: Maintenance,
): Promise<Maintained> {
  const { gitDir } = store;
  const tip = store.tip();
  const git: Git = async (args) => await onHome(gitDir, args);
  const last = readRecord(gitDir);
  const commits = await since(git, last, tip);
  if (commits < every) return { kind: "not-due", commits };
  const holder = begin(gitDir);
  if (holder !== undefined) return { kind: "busy", pid: holder };
  try {
    await pack(git, gitDir, maxPacks);
    const swept = sweep(store, now);
    replaceInPlace(recordPath(gitDir), `${JSON.stringify({ commit: tip, at: now })}\n`);
    return { kind: "done", commits, swept };
  } catch (error) {
    throw diskTrouble(error, gitDir);
  } finally {
    discard(busyPath(gitDir));
  }
}

async function onHome(gitDir: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await gitLater("home", [`--git-dir=${gitDir}`, ...args]);
  if (code === 0) return stdout;
  throw new StoreError("unwritable", `git ${args[0] ?? ""} failed: ${diskWords(stderr) ?? stderr.trim()}`, {
    where: gitDir,
    mend: `df -h ${shellWord(gitDir)}; ${gitOn(gitDir)} fsck`,
  });
}

const recordPath = (gitDir: string): string => join(gitDir, "fleet", "maintained");
const busyPath = (gitDir: string): string => join(gitDir, "fleet", "maintaining");

/** The commit at which this was last done; undefined when never, or when that can't be made out. */
function readRecord(gitDir: string): string | undefined {
  const commit = readJsonAs(recordPath(gitDir), recordSchema)?.commit;
  return commit !== undefined && isOid(commit) ? commit : undefined;
}

async function since(git: Git, last: string | undefined, tip: string): Promise<number> {
  try {
    return Number(await git(["rev-list", "--count", last === undefined ? tip : `${last}..${tip}`, "--"]));
  } catch {
    // The branch was moved to where that commit is not: counted from the beginning.
    return Number(await git(["rev-list", "--count", tip, "--"]));
  }
}

/** The living process that is at it, or undefined when that is us now. Two at once would only do the work twice. */
function begin(gitDir: string): number | undefined {
  const path = busyPath(gitDir);
  const holder = decodeId(readText(path)?.trim() ?? "");
  if (holder !== undefined && holder.pid !== process.pid && fateOf(holder) === "alive") return holder.pid;
  replaceInPlace(path, `${encodeId(ownId())}\n`);
  return undefined;
}

async function pack(git: Git, gitDir: string, maxPacks: number): Promise<void> {
  // Loose and reachable from any branch, worktree or log: into one more pack. Then the loose copies go.
  await git(["repack", "-q"]);
  await git(["prune-packed", "-q"]);
  const packs = readdirSync(join(gitDir, "objects", "pack")).filter((name) => name.endsWith(".pack"));
  if (packs.length > maxPacks) {
    await git(["multi-pack-index", "write", "--no-progress"]);
    await git(["multi-pack-index", "repack", "--batch-size=0", "--no-progress"]);
    await git(["multi-pack-index", "expire", "--no-progress"]);
  }
  await git(["commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"]);
}

/** Removes what the dead left; the number of files. */
function sweep(store: Store, now: number): number {
  const { gitDir, home } = store;
  // Notes go where it is sure that no lock needs them.
  meetLock(gitDir, now);
  const objects = join(gitDir, "objects");
  let swept = 0;
  const old = (dir: string, name: RegExp, age: number): void => {
    swept += sweepDir(dir, name, now - age);
  };
  for (const fan of readdirSync(objects)) {
    // Loose after the packing and a day old: a temporary file, or an object that nothing reaches.
    if (/^[0-9a-f]{2}$/.test(fan)) old(join(objects, fan), /^(?:tmp_obj_.*|[0-9a-f]{38})$/, DAY);
  }
  old(objects, /^tmp_/, DAY);
  old(join(objects, "pack"), /^(?:\.tmp-|tmp_)/, DAY);
  old(breakingDir(gitDir), /./, DAY);
  old(join(gitDir, "fleet"), TEMPORARY, HOUR);
  old(join(home, "run"), TEMPORARY, HOUR);
  old(home, TEMPORARY, HOUR);
  old(join(home, ".beads"), TEMPORARY, HOUR);
  old(home, /^\.git\.new-[0-9a-f]{12}$/, HOUR);
  return swept;
}

function sweepDir(dir: string, pattern: RegExp, before: number): number {
  ensureDir(dir);
  let swept = 0;
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    const stat = pattern.test(name) ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (stat === undefined || stat.mtimeMs >= before) continue;
    removeTree(path);
    swept++;
  }
  return swept;
}
