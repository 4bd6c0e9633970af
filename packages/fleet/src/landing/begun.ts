/**
 * What the work of a task is measured from where an earlier state of it has landed and was not taken back: from that state, because
 * the target has it, under another name.
 */
import { type InTree, isAncestor } from "./git-in-tree.ts";
import { landedAs } from "./look.ts";
import { type LandingRecord, readLanding, standing } from "./record.ts";

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
    return isThere && !(await isAncestor(tree, commit, base)) ? earlier : base;
  }
  return base;
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
