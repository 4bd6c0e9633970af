/**
 * The files of a working tree as a commit: what is staged, changed and new, as it lies there. Made in a repository of our own
 * over a copy of the index, so that the working tree, its index and an open merge stay as they are, and no filter runs.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";

import { gitObjects } from "@fleet/kit/git/own-objects";

import { type Making, timeLeft } from "./making.ts";
import { done } from "./trouble.ts";

export interface Files {
  /** The repository of our own (kit/git/borrowed). */
  readonly at: string;
  readonly top: string;
  /** Undefined before the first commit. */
  readonly head: string | undefined;
  /** Repositories inside, by path, and the commit that each is at: they are links of the snapshot. */
  readonly links: ReadonlyMap<string, string>;
  readonly message: string;
  /** Paths that are left as the index has them: they are too large. */
  readonly without: readonly string[];
}

export interface Snapshot {
  readonly commit: string;
  /** Paths that could not be taken, in git's words. */
  readonly left: readonly string[];
}

const MOST_LEFT = 20;
const LINK = "160000";

export async function snapshotOf(making: Making, files: Files): Promise<Snapshot> {
  const { env, now } = making;
  const { at, top, head, links, message, without } = files;
  const run = async (args: readonly string[], input = "", extra: Readonly<Record<string, string>> = {}) =>
    await gitObjects(
      ["-C", top, ...args],
      { env, gitDir: at, where: { GIT_WORK_TREE: top, ...extra } },
      { input, timeout: timeLeft(making) },
    );
  if (lstatSync(join(at, "index"), { throwIfNoEntry: false }) === undefined && head !== undefined)
    done(await run(["read-tree", head]), "read the commit", top);
  await bare(run, top, new Set(without));
  const added = await run(["add", "-A", "--sparse", "--ignore-errors", "."]);
  const left = added.kind === "failed" ? wordsOf(added.stderr) : [];
  if (added.kind === "unavailable") done(added, "read the files", top);
  const entries = [...links].map(([path, oid]) => `${LINK} ${oid}\t${path}\0`).join("");
  if (entries !== "") done(await run(["update-index", "-z", "--index-info"], entries), "note repositories", top);
  const tree = done(await run(["write-tree"]), "write the files down", top).trim();
  const at1970 = `${Math.floor(now() / 1000)} +0000`;
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

type Run = (args: readonly string[], input?: string) => ReturnType<typeof gitObjects>;

/**
 * Of the index, what hides files: the marks "assume unchanged" and "skip" of those that are there, and links to repositories,
 * into which git would look by their own configuration.
 */
async function bare(run: Run, top: string, without: ReadonlySet<string>): Promise<void> {
  const listed = done(await run(["ls-files", "-s", "-v", "-z"]), "read the index", top);
  const entries = listed.split("\0").flatMap((line) => {
    const [, tag = "", mode = "", path = ""] = /^(\S) (\d+) [0-9a-f]+ \d\t(.+)$/s.exec(line) ?? [];
    return path === "" ? [] : [{ tag, mode, path }];
  });
  const paths = (keeps: (entry: (typeof entries)[number]) => boolean): string =>
    entries
      .filter(keeps)
      .map(({ path }) => `${path}\0`)
      .join("");
  const linked = paths(({ mode }) => mode === LINK);
  const assumed = paths(({ tag }) => tag !== tag.toUpperCase());
  const isThere = (path: string): boolean => lstatSync(join(top, path), { throwIfNoEntry: false }) !== undefined;
  const skipped = paths(({ tag, path }) => tag.toUpperCase() === "S" && isThere(path));
  const update = async (option: string, input: string): Promise<void> => {
    if (input !== "") done(await run(["update-index", option, "-z", "--stdin"], input), "copy the index", top);
  };
  await update("--force-remove", linked);
  await update("--no-assume-unchanged", assumed);
  await update("--no-skip-worktree", skipped);
  await update(
    "--assume-unchanged",
    paths(({ path }) => without.has(path)),
  );
}

const wordsOf = (stderr: string): string[] =>
  stderr
    .split("\n")
    .filter((line) => /^(?:error|fatal):/.test(line))
    .slice(0, MOST_LEFT);
