/**
 * Copies ignored files that a workspace needs (`.env`, a local configuration) into a new clone: those that `.worktreeinclude` at the
 * source's top names, in gitignore's syntax.
 */
import { dirname, join } from "node:path";

import { builtIn } from "@fleet/coders/registry";
import { ensureDir, replaceFile } from "@fleet/kit/files";
import { copyTree } from "@fleet/kit/copy";
import { reasonOf } from "@fleet/kit/git/git";
import { openRepository, zeroed } from "@fleet/kit/git/repository";
import type { Source } from "@fleet/kit/git/source";
import { readText } from "@fleet/kit/read";
import { isFree, thereAt } from "@fleet/kit/there";

import { LONG, type Making } from "./making.ts";
import { WorkspaceError } from "./trouble.ts";

const PATTERNS = ".worktreeinclude";

/** Returns the copied paths, relative to the top. */
export async function includeFiles(making: Making, source: Source, to: string): Promise<string[]> {
  return source.isBare ? [] : [...includeLocal(source, to), ...(await includeNamed(making, source, to))];
}

/** What coders keep in a directory and git usually ignores, at the top and in the task's directory. */
function includeLocal({ top: from, below }: Source, to: string): string[] {
  const all = new Set([...builtIn.values()].flatMap(({ byDirectory }) => byDirectory?.local ?? []));
  const paths = [...new Set(["", below])].flatMap((dir) => [...all].map((name) => join(dir, name)));
  const isCopied = (path: string): boolean => thereAt(join(from, path))?.isFile() === true && isFree(to, path);
  const copied = paths.filter(isCopied);
  for (const path of copied) {
    put(from, to, path);
    // Excluded, so that it does not count as the agent's work.
    const excluded = join(to, ".git", "info", "exclude");
    replaceFile(excluded, `${readText(excluded) ?? ""}${excludeLine(path)}\n`, { sync: false });
  }
  return copied;
}

/** A pattern for exactly this path, with special characters escaped. */
export const excludeLine = (path: string): string => `/${path.replaceAll(/[\\*?[\]! #]/g, String.raw`\$&`)}`;

export async function includeNamed({ env }: Pick<Making, "env">, { top: from }: Source, to: string): Promise<string[]> {
  const patterns = join(from, PATTERNS);
  if (thereAt(patterns)?.isFile() !== true) return [];
  const found = await openRepository(from, env);
  if (found.kind !== "repository")
    throw new WorkspaceError("failed", `could not list what ${PATTERNS} names`, { where: from });
  const { ask, close } = found.repository;
  const ignored = async (...by: readonly string[]): Promise<string[]> => {
    const listed = await ask("ls-files", { options: ["--others", "--ignored", ...by], patience: LONG });
    if (listed.kind === "ok") return zeroed(listed.stdout);
    throw new WorkspaceError("failed", `could not list what ${PATTERNS} names: ${reasonOf(listed)}`, { where: from });
  };
  try {
    const named = await ignored(`--exclude-from=${patterns}`);
    // A file that git does not ignore would count as the agent's work.
    const all = named.length === 0 ? new Set<string>() : new Set(await ignored("--exclude-standard"));
    const copied = named.filter((path) => all.has(path) && !path.endsWith("/") && isFree(to, path));
    for (const path of copied) put(from, to, path);
    return copied;
  } finally {
    close();
  }
}

function put(from: string, to: string, path: string): void {
  ensureDir(dirname(join(to, path)));
  copyTree(join(from, path), join(to, path));
}
