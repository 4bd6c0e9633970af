/**
 * A working tree's files as a commit: staged, changed and new ones, as they are on disk. Made in a repository of ours with a copy of
 * the index, so that the working tree, its index and an open merge stay as they are, and no filter runs.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { readOr } from "@fleet/kit/errors";
import { removeFile } from "@fleet/kit/files";
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { takeIndex } from "@fleet/kit/git/view";
import { thereAt } from "@fleet/kit/there";

import { type Making, timeLeft } from "./making.ts";
import { done, WorkspaceError } from "./trouble.ts";

export interface Files {
  /** The repository of our own (kit/git/borrowed). */
  readonly at: string;
  /** Whose index counts. */
  readonly gitDir: string;
  readonly top: string;
  /** Undefined before the first commit. */
  readonly head: string | undefined;
  /** Nested repositories by path, with their commits: the snapshot has them as links. */
  readonly links: ReadonlyMap<string, string>;
  readonly message: string;
  /** Paths that keep the index's content because the file is too large. */
  readonly without: readonly string[];
}

export interface Snapshot {
  readonly commit: string;
  /** Paths that could not be taken, in git's words. */
  readonly left: readonly string[];
}

const MOST_LEFT = 20;
const LINK = "160000";

type Run = (
  args: readonly string[],
  input?: string,
  extra?: Readonly<Record<string, string>>,
) => ReturnType<typeof gitObjects>;

const runIn =
  (making: Making, { at, top }: Pick<Files, "at" | "top">): Run =>
  async (args, input = "", extra = {}) =>
    await gitObjects(
      ["-C", top, ...args],
      { env: making.env, gitDir: at, where: { GIT_WORK_TREE: top, ...extra } },
      { input, timeout: timeLeft(making) },
    );

export async function snapshotOf(making: Making, files: Files): Promise<Snapshot> {
  const { top, head, message } = files;
  const run = runIn(making, files);
  const left: string[] = [];
  const tree = await treeOf(run, files, left);
  const at1970 = `${Math.floor(making.now() / 1000)} +0000`;
  const who = { NAME: "fleet", EMAIL: "fleet@localhost", DATE: at1970 };
  const named = Object.fromEntries(
    Object.entries(who).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]),
  );
  const parents = head === undefined ? [] : ["-p", head];
  const commit = done(await run(["commit-tree", ...parents, tree], message, named), "write the files down", top).trim();
  return { commit, left };
}

/**
 * index: the staged state and what differs from it · head, nothing: the index can't be read or names missing objects, so it is
 * ignored and the files are taken as they are.
 */
const BEGINNINGS = ["index", "head", "nothing"] as const;

async function treeOf(run: Run, files: Files, left: string[]): Promise<string> {
  const { gitDir, at, top, head } = files;
  let last: Exclude<GitAnswer, { kind: "ok" }> | undefined;
  for (const from of BEGINNINGS) {
    if (from === "head" && head === undefined) continue;
    const why = from === "index" ? whyNoIndex(gitDir, at) : undefined;
    if (why === undefined) {
      const said: string[] = [];
      const tree = await treeFrom(run, files, { from, said });
      if (tree.kind === "ok") {
        left.push(...said);
        return tree.stdout.trim();
      }
      last = tree;
      if (tree.kind === "unavailable") break;
    }
    if (from === "index") left.push(`what was staged (${why ?? (last === undefined ? "" : reasonOf(last))})`);
    removeFile(join(at, "index"));
  }
  if (last === undefined) throw new WorkspaceError("failed", "could not write the files down", { where: top });
  return done(last, "write the files down", top);
}

/** Copies it; or returns why that failed. */
function whyNoIndex(gitDir: string, at: string): string | undefined {
  const take = (): undefined => {
    takeIndex(gitDir, at);
    return undefined;
  };
  return readOr(take, ({ message }) => message);
}

interface Beginning {
  readonly from: (typeof BEGINNINGS)[number];
  /** Paths that could not be taken. */
  readonly said: string[];
}

async function treeFrom(run: Run, files: Files, { from, said }: Beginning): Promise<GitAnswer> {
  const { at, head, links, without } = files;
  const isThere = thereAt(join(at, "index")) !== undefined;
  if (!isThere && head !== undefined && from !== "nothing") {
    const read = await run(["read-tree", head]);
    if (read.kind !== "ok") return read;
  }
  const bared = await bare(run, files, new Set(without));
  if (bared.kind !== "ok") return bared;
  const added = await run(["add", "-A", "--sparse", "--ignore-errors", "."]);
  if (added.kind === "unavailable") return added;
  if (added.kind === "failed") said.push(...wordsOf(added.stderr));
  const entries = [...links].map(([path, oid]) => `${LINK} ${oid}\t${path}\0`).join("");
  if (entries !== "") {
    const linked = await run(["update-index", "-z", "--index-info"], entries);
    if (linked.kind !== "ok") return linked;
  }
  return await run(["write-tree"]);
}

/**
 * Index entries that hide files: the flags assume-unchanged and skip-worktree of existing files, and links to repositories, into
 * which git would look with their own configuration. Links of unpopulated submodules stay.
 */
async function bare(run: Run, { top }: Files, without: ReadonlySet<string>): Promise<GitAnswer> {
  const listed = await run(["ls-files", "-s", "-v", "-z"]);
  if (listed.kind !== "ok") return listed;
  const entries = listed.stdout.split("\0").flatMap((line) => {
    const [, tag = "", mode = "", path = ""] = /^(\S) (\d+) [0-9a-f]+ \d\t(.+)$/s.exec(line) ?? [];
    return path === "" ? [] : [{ tag, mode, path }];
  });
  const paths = (keeps: (entry: (typeof entries)[number]) => boolean): string =>
    entries
      .filter(keeps)
      .map(({ path }) => `${path}\0`)
      .join("");
  const isThere = (path: string): boolean => thereAt(join(top, path)) !== undefined;
  const updates: readonly (readonly [option: string, input: string])[] = [
    ["--force-remove", paths((entry) => entry.mode === LINK && !isUnpopulated(join(top, entry.path), entry.tag))],
    ["--no-assume-unchanged", paths(({ tag }) => tag !== tag.toUpperCase())],
    ["--no-skip-worktree", paths(({ tag, path }) => tag.toUpperCase() === "S" && isThere(path))],
    ["--assume-unchanged", paths(({ path }) => without.has(path))],
  ];
  for (const [option, input] of updates) {
    const updated = input === "" ? listed : await run(["update-index", option, "-z", "--stdin"], input);
    if (updated.kind !== "ok") return updated;
  }
  return listed;
}

/** As a clone leaves a submodule: an empty directory, or none outside of a sparse checkout. */
function isUnpopulated(path: string, tag: string): boolean {
  const seen = thereAt(path);
  if (seen === undefined) return tag.toUpperCase() === "S";
  return (
    seen.isDirectory() &&
    readOr(
      () => readdirSync(path).length === 0,
      () => false,
    )
  );
}

/** The ignored ones of these paths: what is in them is not part of a snapshot. */
export async function ignoredOf(
  making: Making,
  files: Pick<Files, "at" | "top">,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const input = paths.map((path) => `${path}\0`).join("");
  const asked = await runIn(making, files)(["check-ignore", "-z", "--stdin"], input);
  return new Set(asked.kind === "ok" ? asked.stdout.split("\0") : []);
}

const wordsOf = (stderr: string): string[] =>
  stderr
    .split("\n")
    .filter((line) => /^(?:error|fatal):/.test(line))
    .slice(0, MOST_LEFT);
