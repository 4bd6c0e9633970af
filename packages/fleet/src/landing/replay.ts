/**
 * Replays a task's commits on the target, one by one, each with its author and message. If that fails, or gives other files than the
 * work as a whole (a change made inside a merge commit is in no replayed commit), there is no replay, and the work lands as one
 * commit.
 */
import { threeWay } from "./three-way.ts";
import { dateOf, done, type InTree, oidOf, writeCommit } from "./git-in-tree.ts";
import { type Author, authorsOf, commitText, isFleet, type Made, trailersOf } from "./message.ts";

export interface Replaying {
  readonly tip: string;
  readonly base: string;
  /** The files of the work. */
  readonly stored: string;
  /** The accepted commit. */
  readonly head: string;
  readonly task: string;
  readonly title: string;
  /** The files that the target must have at the end. */
  readonly whole: string;
  readonly made: readonly Made[];
  readonly otherwise: Author;
}

export interface Step {
  readonly commit: string;
  readonly tree: string;
}

/** Oldest first. */
export async function replay(tree: InTree, replaying: Replaying): Promise<readonly Step[] | undefined> {
  const { tip, base, stored, head, task, title, whole, made, otherwise } = replaying;
  const range = [stored, `^${base}`, `^${tip}`];
  const merges = done(await tree.ask(["rev-list", "--max-count=1", "--merges", ...range]), "read the work");
  if (merges.trim() !== "" || made.length === 0) return undefined;
  const date = await dateOf(tree, stored);
  const steps: Step[] = [];
  let on = tip;
  for (const { commit, parent, author, text } of made) {
    if (parent === undefined) return undefined;
    const merged = await threeWay(tree, { base: parent, ours: on, theirs: commit });
    if (merged.kind === "conflict") return undefined;
    if (merged.tree === (await oidOf(tree, `${on}^{tree}`))) continue;
    // Uncommitted changes get the author of the other commits.
    const own = isFleet(author.email) ? { ...authorsOf(made, otherwise).author, date: author.date } : author;
    const words = isFleet(author.email) ? title : text;
    const message = withTrailers(tree, words, trailersOf(task, head));
    on = await writeCommit(
      tree,
      commitText({ tree: merged.tree, parents: [on], author: own, date, message: await message }),
    );
    steps.push({ commit: on, tree: merged.tree });
  }
  return steps.at(-1)?.tree === whole ? steps : undefined;
}

/** Co-authors to add to those that it has. */
async function withTrailers(tree: InTree, text: string, trailers: readonly string[]): Promise<string> {
  const args = ["interpret-trailers", "--if-exists=addIfDifferent", "--no-divider"];
  const each = trailers.flatMap((trailer) => ["--trailer", trailer]);
  return done(await tree.ask([...args, ...each], `${text.trimEnd()}\n`), "write the words of a commit");
}
