/**
 * The commit from which a task's work is measured after an earlier state of it has landed and was not undone: that earlier state,
 * because the target already contains it as another commit.
 */
import { beforeOf } from "./before.ts";
import { type InTree, isAncestor, isReadable, oidOf } from "./git-in-tree.ts";
import { landedAs } from "./look.ts";
import { type LandingRecord, readLanding, standing } from "./record.ts";
import { threeWay } from "./three-way.ts";

interface Begun {
  readonly base: string;
  /** The work. */
  readonly head: string;
  /** Of the target. */
  readonly tip: string;
}

/** The base where nothing has landed, or where the base is newer than what landed. */
export async function begunAt(tree: InTree, record: LandingRecord, { base, head, tip }: Begun): Promise<string> {
  const intents = standing(record).filter((intent) => intent.head !== head);
  for (const { head: earlier } of intents.toReversed()) {
    const of = intents.filter((intent) => intent.head === earlier);
    const commit = await landedAs(tree, of, tip);
    if (commit === undefined) continue;
    if (!(await isReadable(tree, earlier)) || (await isAncestor(tree, commit, base))) return base;
    const intent = of.find(({ candidate }) => candidate === commit);
    const before = await beforeOf(tree, commit, intent);
    return (await isRevertedAt(tree, { commit, before, tip })) ? base : earlier;
  }
  return base;
}

/**
 * Putting the landed work on the tip again would change something, so somebody has reverted it there. Later changes to the same lines
 * don't count as a revert.
 */
async function isRevertedAt(
  tree: InTree,
  { commit, before, tip }: { readonly commit: string; readonly before: string; readonly tip: string },
): Promise<boolean> {
  const again = await threeWay(tree, { base: before, ours: tip, theirs: commit });
  return again.kind === "merged" && again.tree !== (await oidOf(tree, `${tip}^{tree}`));
}

interface ToLand extends Omit<Begun, "tip"> {
  readonly task: string;
  readonly unpublished?: boolean | undefined;
}

/** The same landing, measured from there. */
export async function sinceLanded<T extends ToLand>(tree: InTree, home: string, landing: T, tip: string): Promise<T> {
  const base = await begunAt(tree, readLanding(home, landing.task), { ...landing, tip });
  return base === landing.base ? landing : { ...landing, base, unpublished: false };
}
