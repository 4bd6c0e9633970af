/**
 * Makes a task's clone by hand, because `git clone` would set the person's repository as origin, borrow from it, and leave half a
 * clone when killed. It is built under another name and renamed when complete; after a kill it is made anew.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { ensureDir, move, removeTree, replaceFile } from "@fleet/kit/files";
import { copyTree } from "@fleet/kit/copy";
import { alternatesText } from "@fleet/kit/git/alternates";
import { git } from "@fleet/kit/git/git";
import { diskSettings, makeGitDir } from "@fleet/kit/git/git-dir";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { packedText, type Ref, shownIn } from "@fleet/kit/git/refs";
import { configText, parseSettings, type Setting } from "@fleet/kit/git/settings";
import type { Source } from "@fleet/kit/git/source";
import { readText } from "@fleet/kit/read";
import { thereAt } from "@fleet/kit/there";

import { copiedSettings, identityIn, OF_REPOSITORY, submoduleSettings } from "./config.ts";
import { asInDepot } from "./fetch-source.ts";
import { isDirect, promisorSettings } from "./direct.ts";
import { includeFiles } from "./include.ts";
import { giveLfs } from "./lfs.ts";
import { LONG, type Making } from "./making.ts";
import { makingDir } from "./paths.ts";
import { done } from "./trouble.ts";

export interface Wanted {
  readonly task: string;
  /** Its final path. */
  readonly dir: string;
  readonly depot: string;
  readonly branch: string;
  /** Where its branch starts: the base, or what an earlier attempt left. */
  readonly tip: string;
  /** Refs that are newer than the source's. */
  readonly newer: readonly Ref[];
}

/** What an interrupted clone left. Matched exactly, because the names for `a.1` begin with `a.`, too. */
const isRoomOf = (task: string, name: string): boolean =>
  name.startsWith(`${task}.`) && /^(?:\d+|aside-\d+)$/.test(name.slice(task.length + 1));

export const alternatesOf = (depot: string): string => alternatesText([join(depot, "objects")]);

/** Makes the clone; what was in its place is moved aside. Returns the paths of the ignored files that it got from the source. */
export async function makeClone(making: Making, source: Source, wanted: Wanted): Promise<string[]> {
  const room = makingDir(making.home);
  ensureDir(room, 0o700);
  for (const name of readdirSync(room)) if (isRoomOf(wanted.task, name)) removeTree(join(room, name));
  const top = join(room, `${wanted.task}.${process.pid}`);
  const included = await fill(making, source, wanted, top);
  if (existsSync(wanted.dir)) move(wanted.dir, join(room, `${wanted.task}.aside-${making.now()}`));
  making.at?.("set-aside");
  move(top, wanted.dir);
  making.at?.("renamed");
  return included;
}

/** Each file is made in a directory that no other process knows yet. */
const put = (path: string, text: string): void => replaceFile(path, text, { sync: false, mode: 0o644 });

async function fill(
  making: Making,
  source: Source,
  { task, depot, branch, tip, newer }: Wanted,
  top: string,
): Promise<string[]> {
  const { env, at } = making;
  const dot = join(top, ".git");
  // git made the depot on the same disk, so links work.
  const own = makeGitDir(dot, source.format, diskSettings(readText(join(depot, "config")) ?? ""));
  at?.("clone-begun");
  put(join(dot, "objects", "info", "alternates"), alternatesOf(depot));
  copyIfThere(join(depot, "shallow"), join(dot, "shallow"));
  for (const name of ["exclude", "attributes"])
    copyIfThere(join(source.commonDir, "info", name), join(dot, "info", name));
  copyHooks(join(source.commonDir, "hooks"), join(dot, "hooks"));
  put(
    join(dot, "packed-refs"),
    packedText(refsOf(asInDepot(depot, shownIn(source.refs)), newer, { oid: tip, name: `refs/heads/${branch}` })),
  );
  for (const { name, stands } of source.refs)
    if (stands !== undefined && name.startsWith("refs/remotes/")) put(join(dot, name), `ref: ${stands}\n`);
  put(join(dot, "HEAD"), `ref: refs/heads/${branch}\n`);
  at?.("clone-refs");
  const usual = copiedSettings(source, await seenThere(making, source, top, own));
  const more = isDirect(depot) ? promisorSettings(source) : [];
  const settings = [...own, ...usual, ...identityIn(source.settings, usual), ...more];
  put(join(dot, "config"), configText(settings));
  at?.("clone-config");
  giveLfs(depot, task, dot);
  const where = { GIT_CEILING_DIRECTORIES: makingDir(making.home), GIT_WORK_TREE: top };
  const files = await gitObjects(
    ["-C", top, "read-tree", "-m", "-u", "HEAD"],
    { env, gitDir: dot, where, as: "checkout" },
    { timeout: LONG },
  );
  done(files, "write the files of a clone", top);
  const modules = await modulesOf(making, source, { top, depot, tip });
  if (modules.length > 0) put(join(dot, "config"), configText([...settings, ...modules]));
  const included = await includeFiles(making, source, top);
  at?.("clone-files");
  return included;
}

function copyIfThere(from: string, to: string): void {
  const text = readText(from, { links: "follow" });
  if (text !== undefined) put(to, text);
}

function copyHooks(from: string, to: string): void {
  if (!existsSync(from)) return;
  for (const name of readdirSync(from)) if (!name.endsWith(".sample")) copyTree(join(from, name), join(to, name));
}

/** Foreign refs: git does not create a branch whose name is a directory part of another. */
const isOurs = (name: string): boolean => name === "refs/heads/fleet" || name.startsWith("refs/heads/fleet/");

/** The source's refs under the same names, where nothing newer is known, and the task's own branch. */
function refsOf(refs: readonly Ref[], newer: readonly Ref[], own: Ref): Ref[] {
  const names = new Set(newer.map(({ name }) => name));
  return [...refs.filter(({ name }) => !isOurs(name) && !names.has(name)), ...newer, own];
}

/**
 * The settings that apply in the clone besides its own: what the person's configuration says everywhere or, if that has conditions on
 * the directory, what git reads there.
 */
async function seenThere(
  { env }: Making,
  source: Source,
  top: string,
  own: readonly Setting[],
): Promise<readonly Setting[]> {
  const around = source.settings.filter(({ scope }) => !OF_REPOSITORY.has(scope));
  if (!around.some(({ key }) => key.startsWith("includeif."))) return [...around, ...own];
  const seen = await git({ place: "person", env, dir: top }, ["config", "--list", "--show-scope", "-z"]);
  return parseSettings(done(seen, "read the settings of a clone", top));
}

/** Where its submodules come from, when the clone would resolve their addresses relative to itself. */
async function modulesOf(
  { env }: Making,
  source: Source,
  { top, depot, tip }: { readonly top: string; readonly depot: string; readonly tip: string },
): Promise<Setting[]> {
  if (thereAt(join(top, ".gitmodules"))?.isFile() !== true) return [];
  const modules = await gitObjects(["config", "--blob", `${tip}:.gitmodules`, "--list", "-z"], { env, gitDir: depot });
  if (modules.kind !== "ok") return [];
  const entries = modules.stdout.split("\0").map((entry) => `local\0${entry}`);
  return submoduleSettings(source.top, source.settings, parseSettings(entries.join("\0")));
}
