/**
 * The commit of a target right before the one that brought a task's work: between the two lie that task's changes and nobody else's.
 */
import { type InTree, oidOf } from "./git-in-tree.ts";
import type { Intent } from "./record.ts";
import { threeWay } from "./three-way.ts";

/** `intent`: the record of that commit; undefined for one that was found by its trailer. */
export async function beforeOf(tree: InTree, commit: string, intent: Intent | undefined): Promise<string> {
  if (intent === undefined) return await oidOf(tree, `${commit}^`);
  const { tip, pushed } = intent;
  if (pushed !== undefined && pushed !== commit) return await beforeMerge(tree, commit, { tip, pushed });
  // The tip that it was built on; for commits pushed unchanged, the commit that they began at.
  return (await sharedBy(tree, tip, commit)) ?? tip;
}

/**
 * Of a merged pull request: other commits may have reached the target between its push and its merge. The host merged it as one
 * commit, or rebased it: then the commit is the last of as many as were pushed.
 */
async function beforeMerge(
  tree: InTree,
  commit: string,
  { tip, pushed }: { readonly tip: string; readonly pushed: string },
): Promise<string> {
  const parent = await oidOf(tree, `${commit}^`);
  const [base, own] = [await sharedBy(tree, tip, pushed), await countOf(tree, tip, pushed)];
  if (base === undefined || own < 2 || (await nameOf(tree, `${commit}^2`)) !== undefined) return parent;
  const before = await nameOf(tree, `${commit}~${own}`);
  if (before === undefined) return parent;
  const all = await threeWay(tree, { base, ours: before, theirs: pushed });
  return all.kind === "merged" && all.tree === (await oidOf(tree, `${commit}^{tree}`)) ? before : parent;
}

async function nameOf(tree: InTree, name: string): Promise<string | undefined> {
  const answer = await tree.ask(["rev-parse", "--verify", "-q", name]);
  return answer.kind === "ok" ? answer.stdout.trim() : undefined;
}

async function sharedBy(tree: InTree, one: string, other: string): Promise<string | undefined> {
  const answer = await tree.ask(["merge-base", one, other]);
  return answer.kind === "ok" ? answer.stdout.trim() : undefined;
}

async function countOf(tree: InTree, tip: string, pushed: string): Promise<number> {
  const answer = await tree.ask(["rev-list", "--count", pushed, `^${tip}`]);
  return answer.kind === "ok" ? Number(answer.stdout) : 0;
}
