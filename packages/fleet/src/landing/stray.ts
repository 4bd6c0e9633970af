/**
 * Repositories inside the work that are no submodules: git would land each as a link to a commit that nobody else has, so that every
 * clone lacks the files. Links that were there before are left as they are.
 */
import { parseChanged } from "@fleet/kit/git/changed-paths";

import { done, type InTree } from "./git-in-tree.ts";

const REPOSITORY = "160000";

interface Between {
  readonly tip: string;
  readonly commit: string;
}

/** Their paths. */
export async function strayRepositories(tree: InTree, { tip, commit }: Between): Promise<string[]> {
  const listed = done(await tree.ask(["diff-tree", "-r", "-z", "--no-renames", tip, commit]), "compare two commits");
  const linked = parseChanged(listed).filter(
    ({ before, after }) => after?.mode === REPOSITORY && before?.mode !== REPOSITORY,
  );
  if (linked.length === 0) return [];
  const known = await submodulesOf(tree, commit);
  return linked.map(({ path }) => path).filter((path) => !known.has(path));
}

/** From that commit's .gitmodules; empty where it has none, or one that git can't read. */
async function submodulesOf(tree: InTree, commit: string): Promise<ReadonlySet<string>> {
  const asked = await tree.ask([
    "config",
    "--blob",
    `${commit}:.gitmodules`,
    "-z",
    "--get-regexp",
    String.raw`^submodule\..*\.path$`,
  ]);
  if (asked.kind !== "ok") return new Set();
  return new Set(asked.stdout.split("\0").map((line) => line.slice(line.indexOf("\n") + 1)));
}
