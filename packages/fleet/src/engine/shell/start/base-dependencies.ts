/**
 * Dependencies for the tree of a base: what a package manager put beside the sources is not in its commit, and without it hardly a
 * test of JavaScript runs. Each directory is made anew, with links to what is in the person's: what the command puts there, or deletes
 * there, stays in the tree.
 */
import { join } from "node:path";

import type { Environment } from "@fleet/kit/git/environment";
import { openRepository, zeroed } from "@fleet/kit/git/repository";
import { linkEntries } from "@fleet/kit/links";

const NAME = "node_modules";
const OPTIONS = ["--porcelain=v1", "-z", "--untracked-files=normal", "--ignored=matching", "--no-renames"];
/** A repository of many packages has one for each. */
const MOST = 500;

/** `@types`: packages are in it. */
const isScope = (name: string): boolean => name.startsWith("@");

/** `top`: of the person's working tree; `tree`: of the base. Where git can't tell, nothing is linked. */
export async function linkDependencies(top: string, tree: string, env: Environment): Promise<void> {
  const found = await openRepository(top, env);
  if (found.kind !== "repository") return;
  try {
    const status = await found.repository.ask("status", { options: OPTIONS });
    const entries = status.kind === "ok" ? zeroed(status.stdout) : [];
    const paths = entries.flatMap((entry) => {
      const path = entry.slice(3).replace(/\/$/, "");
      return path === NAME || path.endsWith(`/${NAME}`) ? [path] : [];
    });
    for (const path of paths.slice(0, MOST)) linkEntries(join(top, path), join(tree, path), { into: isScope });
  } finally {
    found.repository.close();
  }
}
