/**
 * Dependencies for the tree of a base: what a package manager put beside the sources is not in its commit, and without it hardly a
 * test runs. They are copied, so that what a command writes into them stays in the tree; what is too large for that is linked
 * package by package, where a package is a directory of its own.
 */
import { basename, join } from "node:path";

import { type Allowance, copyWithin } from "@fleet/kit/copy";
import type { Environment } from "@fleet/kit/git/environment";
import { openRepository, zeroed } from "@fleet/kit/git/repository";
import { linkEntries } from "@fleet/kit/links";
import { isFree } from "@fleet/kit/there";

/** Where package managers put what they fetch, as they name it, where git ignores it. Builds are not among them: they have the work. */
const DEPENDENCIES: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "jspm_packages",
  ".yarn",
  ".pnp.cjs",
  ".pnp.loader.mjs",
  ".venv",
  "venv",
  ".eggs",
  "__pypackages__",
  "vendor",
  ".bundle",
  "Pods",
  "Carthage",
  "deps",
  "elm-stuff",
  ".dart_tool",
  ".packages",
]);
/** Each entry of it is a package, which others find by links. */
const LINKABLE: ReadonlySet<string> = new Set(["node_modules", "bower_components", "jspm_packages"]);

const OPTIONS = ["--porcelain=v1", "-z", "--untracked-files=normal", "--ignored=matching", "--no-renames"];
/** A repository of many packages has one for each. */
const MOST = 500;

/** `@types`: packages are in it. */
const isScope = (name: string): boolean => name.startsWith("@");
/** `.cache`, `.vite`, `.prisma`: what tools write there while they run. `.bin` and `.pnpm` are the package manager's. */
const isWritten = (name: string): boolean => name.startsWith(".") && name !== ".bin" && name !== ".pnpm";

interface Wanted {
  readonly env: Environment;
  readonly allowed: Allowance;
  /** No attempt has worked there yet: ignored files there were made for the coming work. */
  readonly isFresh: boolean;
}

/** `top`: of the working tree; `tree`: of the base. What could not be brought: a line on each. Where git can't tell, nothing is. */
export async function bringDependencies(top: string, tree: string, wanted: Wanted): Promise<string[]> {
  const lacking: string[] = [];
  for (const path of (await ignoredIn(top, wanted)).slice(0, MOST)) {
    const [from, to] = [join(top, path), join(tree, path)];
    if (!isFree(tree, path) || (await copyWithin(from, to, wanted.allowed))) continue;
    const isLinked = LINKABLE.has(basename(path)) && linkEntries(from, to, { into: isScope, leave: isWritten });
    lacking.push(isLinked ? `a copy of ${path}, which is too large: its packages are links` : path);
  }
  return lacking;
}

async function ignoredIn(top: string, { env, isFresh }: Wanted): Promise<string[]> {
  const found = await openRepository(top, env);
  if (found.kind !== "repository") return [];
  try {
    const status = await found.repository.ask("status", { options: OPTIONS });
    const entries = status.kind === "ok" ? zeroed(status.stdout) : [];
    return entries
      .filter((entry) => entry.startsWith("!! "))
      .map((entry) => entry.slice(3).replace(/\/$/, ""))
      .filter((path) => isFresh || DEPENDENCIES.has(basename(path)));
  } finally {
    found.repository.close();
  }
}
