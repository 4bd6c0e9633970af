/**
 * What the work of a task is measured from where an earlier state of it has landed and was not taken back: from that state, because
 * the target has it, under another name.
 */
import { type InTree, isAncestor, oidOf } from "./git-in-tree.ts";
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

/** The base where none has, or where that is newer than what landed. */
export async function begunAt(tree: InTree, record: LandingRecord, { base, head, tip }: Begun): Promise<string> {
  const intents = standing(record).filter((intent) => intent.head !== head);
  for (const { head: earlier } of intents.toReversed()) {
    const of = intents.filter((intent) => intent.head === earlier);
    const commit = await landedAs(tree, of, tip);
    if (commit === undefined) continue;
    const isThere = (await tree.ask(["cat-file", "-e", `${earlier}^{commit}`])).kind === "ok";
    if (!isThere || (await isAncestor(tree, commit, base))) return base;
    const before = of.find(({ candidate }) => candidate === commit)?.tip ?? (await oidOf(tree, `${commit}^`));
    return (await isRevertedAt(tree, { commit, before, tip })) ? base : earlier;
  }
  return base;
}

/** Put on the tip anew it changes something: somebody took it back there. What was changed since in the same places stands. */
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
