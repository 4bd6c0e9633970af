/** Merges two sides in memory with a given base; git before 2.40 has no option for that and looks for a base itself. */
import { failed, type InTree, oidOf, writeCommit } from "./git-in-tree.ts";
import { commitText, FLEET } from "./message.ts";

export interface Sides {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

export type Merged =
  | { readonly kind: "merged"; readonly tree: string }
  /** Both sides changed these files in the same places. */
  | { readonly kind: "conflict"; readonly files: readonly string[] };

/** The date of helper commits that belong to no author. */
export const LONG_AGO = "0 +0000";

/** Both sides become commits on the base, so that git finds this base and no other. */
export async function threeWay(tree: InTree, { base, ours, theirs }: Sides): Promise<Merged> {
  const author = { ...FLEET, date: LONG_AGO };
  const side = async (commit: string): Promise<string> =>
    await writeCommit(
      tree,
      commitText({
        tree: await oidOf(tree, `${commit}^{tree}`),
        parents: [base],
        author,
        date: LONG_AGO,
        message: "side\n",
      }),
    );
  const [left, right] = [await side(ours), await side(theirs)];
  const answer = await tree.ask(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", left, right]);
  if (answer.kind === "unavailable" || (answer.kind === "failed" && answer.code !== 1))
    throw failed(answer, "merge the work with its target");
  const [merged = "", ...files] = answer.stdout.split("\0").filter((part) => part !== "");
  return answer.kind === "ok" ? { kind: "merged", tree: merged } : { kind: "conflict", files: [...new Set(files)] };
}
