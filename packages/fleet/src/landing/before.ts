/** What a target was before a commit of it that has the work of a task: what is between the two is of that task alone. */
import { type InTree, oidOf } from "./git-in-tree.ts";
import type { Intent } from "./record.ts";
import { threeWay } from "./three-way.ts";

/** `intent`: as what the commit was written down; undefined for one that was found by its name. */
export async function beforeOf(tree: InTree, commit: string, intent: Intent | undefined): Promise<string> {
  if (intent === undefined) return await oidOf(tree, `${commit}^`);
  const { tip, pushed } = intent;
  if (pushed !== undefined && pushed !== commit) return await beforeMerge(tree, commit, { tip, pushed });
  // The tip it was built on; or, pushed as it was, where it began.
  return (await sharedBy(tree, tip, commit)) ?? tip;
}

/**
 * Of a pull request: others may have come to the target between its push and its merge. It was merged as one commit or, rebased by
 * the host, as the last of as many as had been pushed.
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
