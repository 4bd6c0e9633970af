/**
 * What the tree of a commit (tree-of.ts) is without: the files of its submodules, and what its LFS files hold. Both as they are where
 * the commit is from; nothing is fetched, and no program of that repository runs.
 */
import { chmodSync } from "node:fs";
import { join } from "node:path";

import { type Allowance, copyWithin } from "../copy.ts";
import { removeTree, replaceFile } from "../files.ts";
import { readText } from "../read.ts";
import type { Environment } from "./environment.ts";
import { gitObjects } from "./own-objects.ts";
import { zeroed } from "./repository.ts";
import { readSource, type Source } from "./source.ts";
import { treeOf } from "./tree-of.ts";
import { thereAt } from "../there.ts";

interface Wanted {
  readonly env: Environment;
  /** Milliseconds, for each tree. */
  readonly timeout: number;
  readonly allowed: Allowance;
}

/** Submodules in submodules: deeper than anybody has them. */
const DEEPEST = 5;

/** Fills the tree at `at`, which is of `source`. What is not there: a line on each, by its path in the tree. */
export async function fillTree(source: Source, at: string, wanted: Wanted, depth = 0): Promise<string[]> {
  const lacking = await fillLfs(source, at, wanted);
  for (const { path, commit } of await submodulesIn(at, wanted.env)) {
    const why = depth >= DEEPEST ? "too deep" : await fillSubmodule(source, at, { path, commit, depth }, wanted);
    if (typeof why === "string") lacking.push(`submodule ${path}: ${why}`);
    else lacking.push(...why.map((one) => `${path}: ${one}`));
  }
  return lacking;
}

interface Submodule {
  readonly path: string;
  readonly commit: string;
}

const own = (at: string, env: Environment) => ({ env, gitDir: join(at, ".git"), where: { GIT_WORK_TREE: at } });

async function submodulesIn(at: string, env: Environment): Promise<Submodule[]> {
  if (thereAt(join(at, ".gitmodules"))?.isFile() !== true) return [];
  const listed = await gitObjects(["-C", at, "ls-files", "--stage", "-z"], own(at, env));
  if (listed.kind !== "ok") return [];
  return zeroed(listed.stdout).flatMap((entry) => {
    const [, commit, path] = /^160000 ([0-9a-f]+) 0\t(.+)$/s.exec(entry) ?? [];
    return commit === undefined || path === undefined ? [] : [{ path, commit }];
  });
}

/** Why it stays empty, or what of it is not there. */
async function fillSubmodule(
  { top }: Source,
  at: string,
  { path, commit, depth }: Submodule & { readonly depth: number },
  wanted: Wanted,
): Promise<string | string[]> {
  const { env, timeout } = wanted;
  const from = join(top, path);
  if (thereAt(from)?.isDirectory() !== true) return "not checked out";
  const found = await readSource(from, env);
  // An empty directory is one of the repository around it.
  if (found.kind !== "source" || found.source.below !== "" || found.source.top === top) return "not checked out";
  const to = join(at, path);
  const made = await treeOf(found.source, { commit, at: to, env, timeout });
  if (made.kind === "ok") return await fillTree(found.source, to, wanted, depth + 1);
  removeTree(join(to, ".git"));
  return `${commit.slice(0, 10)} is not there`;
}

/** A pointer is shorter. */
const POINTER = 1_024;
const POINTED = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})\n/;

async function fillLfs({ commonDir }: Source, at: string, { env, allowed }: Wanted): Promise<string[]> {
  const asked = ["-C", at, "--no-literal-pathspecs", "ls-files", "-z", ":(attr:filter=lfs)"];
  const listed = await gitObjects(asked, own(at, env));
  if (listed.kind !== "ok") return [];
  const lacking: string[] = [];
  for (const path of zeroed(listed.stdout)) {
    const to = join(at, path);
    const seen = thereAt(to);
    if (seen?.isFile() !== true || seen.size > POINTER) continue;
    const oid = POINTED.exec(readText(to) ?? "")?.[1];
    if (oid === undefined) continue;
    const object = join(commonDir, "lfs", "objects", oid.slice(0, 2), oid.slice(2, 4), oid);
    if (await putContent(object, to, allowed)) chmodSync(to, seen.mode | 0o200);
    else lacking.push(`content of ${path} (LFS)`);
  }
  return lacking;
}

/** Instead of the pointer. */
async function putContent(object: string, to: string, allowed: Allowance): Promise<boolean> {
  if (thereAt(object)?.isFile() !== true) return false;
  const text = readText(to) ?? "";
  removeTree(to);
  if (await copyWithin(object, to, allowed)) return true;
  replaceFile(to, text);
  return false;
}
