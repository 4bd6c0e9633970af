/**
 * The state of a directory, written down before the coder starts and again when nothing of it lives: by git where it is in
 * a working tree (what is not committed, with size and time of each), else by a walk. Both are bounded in time and in
 * files, and let others run meanwhile; what is beyond the bounds is unknown, and said to be. Nothing there is changed.
 */
import { lstatSync, realpathSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import * as z from "zod/mini";

import { errno } from "@fleet/kit/errors";

import { projectGit, zero } from "./git.ts";

/** Paths to size and time; "" for what is not there. */
const marks = z.record(z.string(), z.string());

const commit = z.object({ hash: z.string(), subject: z.string() });
export type Commit = z.infer<typeof commit>;

export const listing = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("git"),
    /** The top of the working tree; paths are relative to it. */
    top: z.string(),
    head: z.optional(z.string()),
    /** What differs from HEAD, and what git does not know and does not ignore. */
    dirty: marks,
    /** After: how what was dirty before looks now. */
    now: z.optional(marks),
    /** After: commits made since, and the paths they changed. */
    commits: z.optional(z.array(commit)),
    committed: z.optional(z.array(z.string())),
    /** Git could not tell what differs (it took too long, or the repository is broken). */
    blind: z.optional(z.boolean()),
    /** More differs than is listed. */
    cut: z.optional(z.boolean()),
    /** After: commits that the branch's upstream has not, where there is one. */
    unpushed: z.optional(z.number()),
    at: z.string(),
  }),
  z.object({
    kind: z.literal("files"),
    top: z.string(),
    files: marks,
    /** There were more than are listed. */
    cut: z.boolean(),
    at: z.string(),
  }),
]);
export type Listing = z.infer<typeof listing>;

/** More than so many files are not listed one by one. */
const MOST_FILES = 20_000;
/** A walk goes on for so long, in milliseconds; git has a bound of its own. */
const PATIENCE = 20_000;
/** So many files are looked at in about 10 ms; then whoever else waits is let in. */
const AT_ONCE = 1_000;
/** Not walked: what package managers put there is neither anybody's work nor cheap to list. */
const SKIPPED = new Set([".git", "node_modules"]);

function mark(path: string): string {
  try {
    const { size, mtimeMs, mode } = lstatSync(path);
    return `${size}:${Math.round(mtimeMs * 1000)}:${mode.toString(8)}`;
  } catch {
    // Gone, or not to be seen: either way it is not there for us.
    return "";
  }
}

async function marked(top: string, paths: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [i, path] of paths.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) await others();
    found[path] = mark(join(top, path));
  }
  return found;
}

/** The top of the git working tree, as real path; undefined outside of one. */
export async function topOf(cwd: string): Promise<string | undefined> {
  const said = (await projectGit(cwd, ["rev-parse", "--show-toplevel"]))?.replace(/\n$/, "");
  return said === undefined || said === "" ? undefined : realpathSync(said);
}

interface Dirty {
  readonly paths: readonly string[];
  readonly blind?: true;
  readonly cut?: true;
}

async function dirtyPaths(top: string, skip: string): Promise<Dirty> {
  const status = await projectGit(top, ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]);
  if (status === undefined) return { paths: [], blind: true };
  const paths = zero(status)
    .map((entry) => entry.slice(3))
    .filter((path) => !isUnder(`${top}/${path}`, skip));
  return paths.length <= MOST_FILES ? { paths } : { paths: paths.slice(0, MOST_FILES), cut: true };
}

/** What of the answer holds for the whole listing. */
const bounds = ({ blind, cut }: Dirty) => ({ ...(blind === true ? { blind } : {}), ...(cut === true ? { cut } : {}) });

const isUnder = (path: string, dir: string): boolean => path === dir || path.startsWith(`${dir}/`);

const headOf = async (top: string): Promise<string | undefined> =>
  (await projectGit(top, ["rev-parse", "--verify", "--quiet", "HEAD"]))?.trim();

/** `skip`: the fleet's own home, which may lie inside. */
export async function listBefore(cwd: string, skip: string, wall: number): Promise<Listing> {
  const at = new Date(wall).toISOString();
  const top = await topOf(cwd);
  if (top === undefined) return { kind: "files", top: cwd, ...(await walk(cwd, skip)), at };
  const seen = await dirtyPaths(top, skip);
  const head = await headOf(top);
  return {
    kind: "git",
    top,
    ...(head === undefined ? {} : { head }),
    dirty: await marked(top, seen.paths),
    ...bounds(seen),
    at,
  };
}

/** The same again, in the terms of what was listed before. */
export async function listAfter(before: Listing, skip: string, wall: number): Promise<Listing> {
  const at = new Date(wall).toISOString();
  const { top } = before;
  if (before.kind === "files") return { kind: "files", top, ...(await walk(top, skip)), at };
  const seen = await dirtyPaths(top, skip);
  const head = await headOf(top);
  const made = head === undefined || head === before.head ? NOTHING : await since(top, before, head);
  const ahead = await projectGit(top, ["rev-list", "--count", "@{upstream}..HEAD"]);
  return {
    kind: "git",
    top,
    ...(head === undefined ? {} : { head }),
    dirty: await marked(top, seen.paths),
    now: await marked(top, Object.keys(before.dirty)),
    ...made,
    ...bounds(seen),
    ...(ahead === undefined ? {} : { unpushed: Number(ahead) }),
    at,
  };
}

interface Made {
  readonly commits: Commit[];
  readonly committed: string[];
}
const NOTHING: Made = { commits: [], committed: [] };

/** More commits than this in one attempt are not told one by one. */
const MOST_COMMITS = 200;

/** What the attempt committed. Commits that only came in (a pull) were made before it began, and are not its own. */
async function since(top: string, before: Extract<Listing, { kind: "git" }>, head: string): Promise<Made> {
  const range = before.head === undefined ? head : `${before.head}..${head}`;
  const log = await projectGit(top, ["log", "-z", `-n${MOST_COMMITS}`, "--format=%H %ct %s", range]);
  // Commits are dated by the second.
  const begun = Math.floor(Date.parse(before.at) / 1000);
  const all = zero(log).map((line) => {
    const [hash = "", time = "", ...subject] = line.trim().split(" ");
    return { hash, subject: subject.join(" "), mine: Number(time) >= begun };
  });
  const mine = all.filter((one) => one.mine);
  const commits = mine.map(({ hash, subject }) => ({ hash, subject })).reverse();
  const names = ["--no-renames", "--name-only", "-z"];
  const differing =
    mine.length === all.length && before.head !== undefined
      ? await projectGit(top, ["diff", ...names, before.head, head])
      : mine.length === 0
        ? ""
        : await projectGit(top, ["show", "--format=", ...names, ...mine.map(({ hash }) => hash)]);
  return { commits, committed: [...new Set(zero(differing).map((path) => path.trim()))] };
}

async function walk(top: string, skip: string): Promise<{ files: Record<string, string>; cut: boolean }> {
  const files: Record<string, string> = {};
  let count = 0;
  const begun = performance.now();
  for (const queue = [""]; queue.length > 0;) {
    const dir = queue.shift() ?? "";
    for (const entry of await entriesOf(join(top, dir))) {
      const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
      if (SKIPPED.has(entry.name) || isUnder(join(top, path), skip)) continue;
      if (entry.isDirectory()) queue.push(path);
      else if (++count > MOST_FILES || performance.now() - begun > PATIENCE) return { files, cut: true };
      else files[path] = mark(join(top, path));
      if (count % AT_ONCE === AT_ONCE - 1) await others();
    }
  }
  return { files, cut: false };
}

async function entriesOf(dir: string) {
  try {
    return (await readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // Taken away meanwhile, closed to us, or on a bad disk: nothing of it can be told, and that is no reason not to judge.
    if (errno(error) !== undefined) return [];
    throw error;
  }
}
