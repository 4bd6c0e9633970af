/**
 * Submodules that have something uncommitted. `git status` of the repository around would look inside with the submodule's
 * own configuration, and run its filters; so each is opened as the repository that it is.
 */
import { lstatSync, realpathSync } from "node:fs";
import { join, normalize } from "node:path";

import type { Environment } from "@fleet/kit/git/environment";
import { git, reasonOf } from "@fleet/kit/git/git";
import { openRepository, zeroed } from "@fleet/kit/git/repository";
import { readBounded } from "@fleet/kit/read";

export interface Submodules {
  /** From the top of the repository around. */
  readonly paths: readonly string[];
  /** Why not all of them could be told. */
  readonly why?: string;
}

const NONE: Submodules = { paths: [] };
/** More than this, over all levels, are not looked into. */
const MOST = 100;

export async function changedSubmodules(top: string, env: Environment): Promise<Submodules> {
  return await changedIn(top, env, { left: MOST });
}

async function changedIn(top: string, env: Environment, budget: { left: number }): Promise<Submodules> {
  const named = await pathsIn(top, env);
  const paths: string[] = [];
  let { why } = named;
  for (const path of named.paths) {
    if (!isCheckedOut(top, path)) continue;
    if (budget.left-- <= 0) return { paths, why: `it has more than ${MOST} submodules` };
    const seen = await isChanged(join(top, path), env, budget);
    if (seen === true) paths.push(path);
    else if (seen !== false) why ??= `submodule ${path}: ${seen.why}`;
  }
  return why === undefined ? { paths } : { paths, why };
}

/** What .gitmodules names, whoever wrote it. */
async function pathsIn(top: string, env: Environment): Promise<Submodules> {
  const file = readBounded(join(top, ".gitmodules"));
  if (file.kind === "absent") return NONE;
  if (file.kind === "unreadable") return { paths: [], why: `.gitmodules: ${file.why}` };
  const args = ["config", "--file", "-", "--no-includes", "-z", "--get-regexp", String.raw`^submodule\..*\.path$`];
  const asked = await git({ place: "person", env }, args, { input: file.text });
  // 1: it names none.
  if (asked.kind === "failed" && asked.code === 1) return NONE;
  if (asked.kind !== "ok") return { paths: [], why: `.gitmodules: ${reasonOf(asked)}` };
  return { paths: [...new Set(zeroed(asked.stdout).map((entry) => entry.slice(entry.indexOf("\n") + 1)))] };
}

/** A directory of this working tree, by its own name, with a repository in it. */
function isCheckedOut(top: string, path: string): boolean {
  if (path === "" || path === "." || normalize(path) !== path || path.startsWith("..") || path.startsWith("/"))
    return false;
  const dir = join(top, path);
  try {
    return realpathSync(dir) === dir && lstatSync(join(dir, ".git"), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

async function isChanged(
  dir: string,
  env: Environment,
  budget: { left: number },
): Promise<boolean | { readonly why: string }> {
  const found = await openRepository(dir, env);
  if (found.kind === "unknown") return found;
  // A directory with a .git that is none: the repository around is what git sees there.
  if (found.kind === "none" || found.repository.top !== dir) {
    if (found.kind === "repository") found.repository.close();
    return false;
  }
  const { repository } = found;
  try {
    const options = ["--porcelain=v1", "-z", "--untracked-files=normal", "--no-renames"];
    const status = await repository.ask("status", { options });
    if (status.kind !== "ok") return { why: reasonOf(status) };
    if (status.stdout !== "") return true;
  } finally {
    repository.close();
  }
  const inside = await changedIn(dir, env, budget);
  return inside.paths.length > 0 ? true : inside.why === undefined ? false : { why: inside.why };
}
