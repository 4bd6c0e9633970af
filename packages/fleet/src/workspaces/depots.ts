/** The depots of a home, for listing and deleting: their source, their size, the tasks that need them. */
import { existsSync, lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { ensureDir, move, removeTree, replaceFile } from "@fleet/kit/files";
import type { Environment } from "@fleet/kit/git/environment";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { Ref } from "@fleet/kit/git/refs";
import { refsIn, seenRefs } from "@fleet/kit/git/refs-in";
import { readSource, type Source } from "@fleet/kit/git/source";
import { readText } from "@fleet/kit/read";

import { tasksDir } from "../attempts/records/paths.ts";
import { list } from "@fleet/kit/list";
import { inDepot } from "./depot.ts";
import { borrow, isDirect } from "./direct.ts";
import { depotsIn, tasksOf } from "./kept.ts";
import type { Making } from "./making.ts";
import { leavingDir } from "./paths.ts";
import { readWorkspace, writeWorkspace } from "./record.ts";

/**
 * there: the repository is at its recorded path · moved: it is gone from there, and one with the same commits is at `to` · several:
 * found at more than one place · gone: not found at any place that fleet knows.
 */
export type SourceIs =
  | { readonly kind: "there" }
  | { readonly kind: "moved"; readonly to: Source }
  | { readonly kind: "several"; readonly at: readonly string[] }
  | { readonly kind: "gone" };

export interface Depot {
  readonly dir: string;
  /** The git directory of its source. */
  readonly source: string;
  /** Bytes: its own, and those of packs shared with the source. */
  readonly bytes: number;
  readonly sharedBytes: number;
  /** Tasks with an attempt kept here, and those that began here. */
  readonly attempted: readonly string[];
  readonly begun: readonly string[];
  /** Kept uncommitted changes for tasks that will begin with them: commits, and since when they are kept. */
  readonly changes: readonly KeptChanges[];
  /** Tasks whose workspace is there and borrows from it. */
  readonly borrowers: readonly string[];
  /** Unreadable refs; whose work they are is unknown. */
  readonly unread: readonly string[];
}

interface KeptChanges {
  readonly ref: string;
  readonly commit: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

const SOURCE = "fleet-source";

const sourceIn = (dir: string): string => readText(join(dir, SOURCE))?.replace(/\n$/, "") ?? "";

export function depotsOf(home: string): Depot[] {
  const borrowers = new Map<string, string[]>();
  for (const task of list(tasksDir(home))) {
    const record = readWorkspace(home, task);
    const isThere = record !== undefined && (existsSync(record.dir) || existsSync(join(leavingDir(home), task)));
    if (isThere) borrowers.set(record.depot, [...(borrowers.get(record.depot) ?? []), task]);
  }
  return depotsIn(home).map((dir) => {
    const { refs, unread } = seenRefs(dir);
    return {
      dir,
      source: sourceIn(dir),
      ...sizesOf(dir),
      attempted: tasksOf(refs, "attempts"),
      begun: [...new Set([...tasksOf(refs, "base"), ...tasksOf(refs, "keep")])],
      changes: changesIn(refs),
      borrowers: borrowers.get(dir) ?? [],
      unread,
    };
  });
}

/** Their names begin with the time at which they were made (UUIDv7). */
const changesIn = (refs: readonly Ref[]): KeptChanges[] =>
  refs.flatMap(({ name, oid }) => {
    const [, kind, id = ""] = name.split("/");
    const since = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16) || 0;
    return kind === "changes" ? [{ ref: name, commit: oid, since }] : [];
  });

function sizesOf(dir: string): { bytes: number; sharedBytes: number } {
  let [bytes, sharedBytes] = [0, 0];
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      const below = sizesOf(path);
      [bytes, sharedBytes] = [bytes + below.bytes, sharedBytes + below.sharedBytes];
      continue;
    }
    const seen = lstatSync(path, { throwIfNoEntry: false });
    if (seen === undefined) continue;
    if (seen.nlink > 1) sharedBytes += seen.size;
    else bytes += Math.min(seen.size, seen.blocks * 512);
  }
  return { bytes, sharedBytes };
}

/** Where to search for a moved repository: directories of tasks that have work in it, as a person gave them; then others. */
export interface Places {
  readonly own: readonly string[];
  readonly others: readonly string[];
}

export async function sourceOf({ dir, source }: Depot, { own, others }: Places, env: Environment): Promise<SourceIs> {
  if (source === "" || existsSync(join(source, "HEAD"))) return { kind: "there" };
  const tips = refsIn(dir, "refs/src").map(({ oid }) => oid);
  // Bases that the source never had: work of other tasks, uncommitted changes, fetched commits.
  const bases = refsIn(dir, "refs/base").map(({ oid }) => oid);
  const strange = new Set(await notIn(dir, bases, tips, env));
  const based = bases.filter((oid) => !strange.has(oid));
  const known = based.length > 0 ? based : tips;
  if (known.length === 0) return { kind: "gone" };
  const found = new Map<string, Source>();
  // A repository with its own depot is another clone, not this one moved.
  const taken = new Set(
    depotsIn(dirname(dirname(dir)))
      .filter((one) => one !== dir)
      .map(sourceIn),
  );
  for (const places of [own, others]) {
    for (const place of new Set(places.filter((one) => existsSync(one)).map((one) => realpathSync(one)))) {
      const read = await readSource(place, env);
      if (read.kind !== "source" || taken.has(read.source.commonDir)) continue;
      if (!found.has(read.source.commonDir) && (await hasAll(read.source, known, env)))
        found.set(read.source.commonDir, read.source);
    }
    const [first, ...more] = found.values();
    if (first !== undefined)
      return more.length === 0 ? { kind: "moved", to: first } : { kind: "several", at: [...found.keys()] };
  }
  return { kind: "gone" };
}

/** Those of these commits that no other of them reaches. */
async function notIn(dir: string, commits: readonly string[], tips: readonly string[], env: Environment) {
  if (commits.length === 0) return [];
  const input = [...commits, ...tips.map((oid) => `^${oid}`)].map((line) => `${line}\n`).join("");
  const asked = await gitObjects(["rev-list", "--stdin"], { env, gitDir: dir }, { input });
  return asked.kind === "ok" ? asked.stdout.split("\n") : [];
}

async function hasAll({ commonDir }: Source, commits: readonly string[], env: Environment): Promise<boolean> {
  const input = commits.map((oid) => `${oid}\n`).join("");
  const asked = await gitObjects(["cat-file", "--batch-check=%(objecttype)"], { env, gitDir: commonDir }, { input });
  return asked.kind === "ok" && !asked.stdout.includes("missing");
}

/** Records the source's new place, in the depot and in the records of tasks that work in clones of it. */
export function sourceMoved(home: string, { dir, source }: Depot, moved: Source): void {
  const { commonDir, top } = moved;
  for (const task of list(tasksDir(home))) {
    const record = readWorkspace(home, task);
    if (record?.depot === dir && record.source.common_dir === source)
      writeWorkspace(home, task, { ...record, source: { top, common_dir: commonDir } });
  }
  if (isDirect(dir)) borrow(dir, moved);
  replaceFile(join(dir, SOURCE), `${commonDir}\n`, { sync: false });
}

/** Deletes the depot, if `isUnused` still says so under its lock. */
export async function removeDepot(making: Making, dir: string, isUnused: (depot: Depot) => boolean): Promise<boolean> {
  const { home } = making;
  return await inDepot(dir, async () => {
    const now = depotsOf(home).find((one) => one.dir === dir);
    if (now === undefined || !isUnused(now)) return false;
    const leaving = join(leavingDir(home), `${basename(dir)}.proven`);
    ensureDir(leavingDir(home), 0o700);
    removeTree(leaving);
    move(dir, leaving);
    removeTree(leaving);
    return true;
  });
}
