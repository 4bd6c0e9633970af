/**
 * The landing tree of a source, where candidates are built and checked: fleet's own clone, which borrows objects from the source and
 * the depot and uses the source's current configuration. Only the lander works in it, and everything in it can be made again.
 */
import { join } from "node:path";

import { ensureDir, move, removeFile, removeTree, replaceFile } from "@fleet/kit/files";
import { alternatesText } from "@fleet/kit/git/alternates";
import type { Environment } from "@fleet/kit/git/environment";
import { git, type GitAnswer } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { configText, parseSettings, type Setting } from "@fleet/kit/git/settings";
import type { Source } from "@fleet/kit/git/source";
import { readText } from "@fleet/kit/read";

import { copiedSettings } from "../workspaces/config.ts";
import { excludeLine } from "../workspaces/include.ts";
import { LONG } from "../workspaces/making.ts";
import { landingDir, makeWorkDir, makingDir, workDir } from "../workspaces/paths.ts";
import { sweepRepository } from "../workspaces/sweep.ts";
import { done, type InTree } from "./git-in-tree.ts";
import { strangeIn } from "./own-tree.ts";
import { LandingError } from "./trouble.ts";

export interface LandingTree extends InTree {
  /** Like `ask`, with an index other than the tree's. */
  readonly askAt: (index: string, args: readonly string[], input?: string) => Promise<GitAnswer>;
  readonly dir: string;
  readonly gitDir: string;
}

/** Flushed to disk before anything that names it. */
export const DURABLE: readonly string[] = ["-c", "core.fsync=committed,loose-object,reference"];

/** Merging ignores the person's own settings: the same work on the same tip gives the same commit. */
const SAME_FOR_ALL: readonly string[] = [
  "merge.renames=true",
  "merge.directoryRenames=conflict",
  "merge.autoStash=false",
];
const OPTIONS: readonly string[] = [...DURABLE, ...SAME_FOR_ALL.flatMap((one) => ["-c", one])];

/** Brings the tree up to date, and makes it anew if it is broken. Deletes what a killed lander left in it. */
export async function ensureTree(home: string, env: Environment, source: Source, depot: string): Promise<LandingTree> {
  const dir = landingDir(home, source.commonDir);
  const dot = join(dir, ".git");
  makeWorkDir(home);
  if (strangeIn(dir) !== undefined) await make(home, env, source, dir);
  sweepRepository(dot);
  for (const name of ["worktrees", "lfs"]) removeTree(join(dot, name));
  const where = { GIT_WORK_TREE: dir, GIT_CEILING_DIRECTORIES: workDir(home) };
  const ask = async (at: Readonly<Record<string, string>>, args: readonly string[], input = ""): Promise<GitAnswer> =>
    await gitObjects(
      ["-C", dir, ...OPTIONS, ...args],
      { env, gitDir: dot, where: at, as: "checkout" },
      { input, timeout: LONG },
    );
  const tree: LandingTree = {
    dir,
    gitDir: dot,
    ask: async (args, input) => await ask(where, args, input),
    askAt: async (index, args, input) => await ask({ ...where, GIT_INDEX_FILE: index }, args, input),
  };
  put(join(dot, "objects", "info", "alternates"), alternatesText([source.objects, join(depot, "objects")]));
  for (const path of ["shallow", "info/exclude", "info/attributes"]) copyOrRemove(source.commonDir, dot, path);
  const own = configText(ownSettings(source.format));
  put(join(dot, "config"), own);
  const seen = await git({ place: "person", env, dir }, ["config", "--list", "--show-scope", "-z"]);
  const settings = copiedSettings(source, parseSettings(done(seen, "read the settings of the landing tree")));
  put(join(dot, "config"), own + configText(settings));
  return tree;
}

/** Exactly the files of this commit, and those that are kept: files left by an earlier check could decide this one. */
export async function checkOut(tree: LandingTree, commit: string, kept: readonly string[] = []): Promise<void> {
  prove(tree);
  done(await tree.ask(["checkout", "-q", "-f", "--detach", commit]), "write the files of a commit");
  done(
    await tree.ask(["clean", "-q", "-ffdx", ...kept.map((path) => `--exclude=${excludeLine(path)}`)]),
    "remove what an earlier check left",
  );
}

/** Untracked entries, directories as a whole. */
export async function othersIn(tree: LandingTree): Promise<string[]> {
  const listed = done(await tree.ask(["ls-files", "--others", "--directory", "-z"]), "list what a setup made");
  return listed.split("\0").filter((path) => path !== "");
}

/** Asked again after each check; if it is broken, the next landing makes the tree anew. */
export function prove({ dir }: LandingTree): void {
  const why = strangeIn(dir);
  if (why !== undefined)
    throw new LandingError("failed", `a check has replaced a part of the tree that it ran in: ${why}`, { where: dir });
}

const put = (path: string, text: string): void => replaceFile(path, text, { sync: false, mode: 0o644 });

async function make(home: string, env: Environment, source: Source, dir: string): Promise<void> {
  const fresh = join(makingDir(home), `land.${process.pid}`);
  ensureDir(makingDir(home), 0o700);
  removeTree(fresh);
  const init = ["init", "-q", "--template=", `--object-format=${source.format}`, "-b", "none", fresh];
  done(await gitObjects(init, { env }), "make the landing tree");
  ensureDir(join(fresh, ".git", "info"));
  removeTree(dir);
  move(fresh, dir);
}

const setting = (key: string, value: string): Setting => ({ scope: "", key, value });

const ownSettings = (format: Source["format"]): Setting[] => [
  setting("core.repositoryformatversion", format === "sha256" ? "1" : "0"),
  setting("core.bare", "false"),
  ...(format === "sha256" ? [setting("extensions.objectformat", format)] : []),
];

function copyOrRemove(from: string, to: string, path: string): void {
  const text = readText(join(from, path), { links: "follow" });
  if (text === undefined) removeFile(join(to, path));
  else put(join(to, path), text);
}
