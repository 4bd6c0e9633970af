/** Finds the repositories inside a working tree: clones that an agent made, submodules, linked working trees. Reads files only. */
import type { Dirent } from "node:fs";
import { lstatSync, realpathSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

import { clock } from "@fleet/kit/clock";
import { errno } from "@fleet/kit/errors";
import { readText } from "@fleet/kit/read";
import { thereAt } from "@fleet/kit/there";

import { whyNot } from "./trouble.ts";

export interface Nested {
  /** Relative to the workspace's top. A git directory without files there is below `.git`. */
  readonly path: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly hasFiles: boolean;
}

export interface Closed {
  /** From the top. */
  readonly path: string;
  readonly why: string;
}

export interface NestedFound {
  readonly repositories: readonly Nested[];
  /** What could not be looked into or taken, in words. */
  readonly left: readonly string[];
  /** Unreadable directories; their contents are unknown. */
  readonly closed: readonly Closed[];
  /** The search stopped at its limit. */
  readonly isCut: boolean;
}

/** How many directories are searched, and repositories taken: an agent may make a million. */
const MOST_DIRECTORIES = 200_000;
const MOST_REPOSITORIES = 200;

/** `until`: a deadline by kit's clock; the search then returns what it has. */
export async function nestedIn(top: string, until = Infinity): Promise<NestedFound> {
  const real = realpathSync(top);
  const repositories: Nested[] = [];
  const left: string[] = [];
  const closed: Closed[] = [];
  let looked = 0;
  let isCut = false;
  for (const queue = [""]; queue.length > 0;) {
    const below = queue.pop() ?? "";
    if (++looked > MOST_DIRECTORIES || clock() > until) {
      isCut = true;
      left.push(`repositories in more than ${looked - 1} directories`);
      break;
    }
    const entries = await entriesOf(join(real, below));
    if (typeof entries === "string") closed.push({ path: below, why: entries });
    for (const entry of typeof entries === "string" ? [] : entries) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.name !== ".git") {
        if (entry.isDirectory()) queue.push(path);
      } else if (below !== "") take(real, below, { repositories, left });
    }
  }
  for (const gitDir of modulesIn(join(real, ".git", "modules"), await namesBelow(real, left)))
    if (!repositories.some((one) => one.gitDir === gitDir))
      repositories.push({ path: gitDir.slice(real.length + 1), gitDir, commonDir: gitDir, hasFiles: false });
  if (repositories.length > MOST_REPOSITORIES)
    left.push(`${repositories.length - MOST_REPOSITORIES} of ${repositories.length} repositories`);
  const sorted = repositories.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  isCut ||= sorted.length > MOST_REPOSITORIES;
  return { repositories: sorted.slice(0, MOST_REPOSITORIES), left, closed, isCut };
}

interface Into {
  readonly repositories: Nested[];
  readonly left: string[];
}

function take(real: string, path: string, { repositories, left }: Into): void {
  try {
    const gitDir = gitDirOf(join(real, path)) ?? headless(join(real, path, ".git"));
    if (gitDir === undefined) return;
    const commonDir = commonDirOf(gitDir);
    if (gitDir.startsWith(real + sep) && commonDir.startsWith(real + sep))
      repositories.push({ path, gitDir, commonDir, hasFiles: true });
    else left.push(`${path}, whose repository is ${commonDir}`);
  } catch (error) {
    left.push(`${path} (${whyNot(error)})`);
  }
}

/** Not a repository to git, and yet it has objects: which of them were current is unknown. */
function headless(path: string): string | undefined {
  const isThere = (name: string): boolean => thereAt(join(path, name))?.isDirectory() === true;
  return isThere(".") && isThere("objects") && isThere("refs") ? realpathSync(path) : undefined;
}

/** A working tree's git directory; undefined for what is no repository: an empty `.git`, a file that points nowhere. */
export function gitDirOf(dir: string): string | undefined {
  const path = join(dir, ".git");
  try {
    const isFile = lstatSync(path).isFile();
    const to = isFile ? /^gitdir: (.+)\n?$/s.exec(readText(path) ?? "")?.[1]?.replace(/\n$/, "") : path;
    if (to === undefined) return undefined;
    const gitDir = realpathSync(resolve(dir, to));
    return thereAt(join(gitDir, "HEAD")) === undefined ? undefined : gitDir;
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR" || errno(error) === "ELOOP") return undefined;
    throw error;
  }
}

/** The git directory shared by all working trees of a repository. */
export function commonDirOf(gitDir: string): string {
  const text = readText(join(gitDir, "commondir"))?.trim();
  return text === undefined || text === "" ? gitDir : realpathSync(resolve(gitDir, text));
}

/** Git directories below `.git/modules`: a submodule's name may have slashes. */
function modulesIn(at: string, names: Names): string[] {
  return (names.get(at) ?? []).flatMap((name) => {
    const path = join(at, name);
    return isRepository(names.get(path) ?? [])
      ? [path, ...modulesIn(join(path, "modules"), names)]
      : modulesIn(path, names);
  });
}

/** Names of directories in a directory. */
type Names = ReadonlyMap<string, readonly string[]>;

const isRepository = (names: readonly string[]): boolean => names.includes("objects") && names.includes("refs");

/** How deep nested submodule names are searched; no real name has so many parts. */
const DEEPEST = 8;

async function namesBelow(real: string, left: string[]): Promise<Names> {
  const names = new Map<string, readonly string[]>();
  const look = async (at: string, depth: number): Promise<void> => {
    const entries = await entriesOf(at);
    if (typeof entries === "string") left.push(`${at.slice(real.length + 1)} (${entries})`);
    const found =
      typeof entries === "string" ? [] : entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    names.set(at, found);
    const next = isRepository(found) ? found.filter((name) => name === "modules") : found;
    if (depth < DEEPEST) for (const name of next) await look(join(at, name), depth + 1);
  };
  await look(join(real, ".git", "modules"), 0);
  return names;
}

/** A string says why they can't be read. */
async function entriesOf(dir: string): Promise<Dirent[] | string> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    // Deleted meanwhile.
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return [];
    return whyNot(error);
  }
}
