/**
 * What the target is to become: a commit on its tip with the work of a task. Built in memory, so that a kill leaves objects that
 * nobody points to; and a function of what it is given alone, so that the same work on the same tip is the same commit.
 */
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";

import { LandingError } from "./trouble.ts";
import { type Author, authorsOf, commitText, FLEET, type Made, messageOf } from "./message.ts";

/** How the work is written into the target's history. squash: one commit. */
type History = "squash";

export interface Wanted {
  readonly tip: string;
  /** Where the task's work began; what is before it is not the task's. */
  readonly base: string;
  /** The accepted commit. */
  readonly head: string;
  readonly history: History;
  readonly task: string;
  readonly title: string;
  /** The author of what nobody committed. */
  readonly person: Pick<Author, "name" | "email">;
}

export type Built =
  | { readonly kind: "candidate"; readonly commit: string; readonly tree: string }
  /** Both sides changed these files in the same places. */
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  /** The target has all of it. */
  | { readonly kind: "nothing-new" };

/**
 * Git in the landing tree, which has the tip checked out: attributes, which decide how a file is merged, are read from there. A
 * reply is what git printed, or the answer where it is one of `codes`; any other throws.
 */
export interface InTree {
  readonly ask: (args: readonly string[], input?: string) => Promise<GitAnswer>;
}

export async function buildCandidate(tree: InTree, wanted: Wanted): Promise<Built> {
  const { tip, head, task, title, person } = wanted;
  const base = await effectiveBase(tree, wanted);
  const merged = await threeWay(tree, { base, ours: tip, theirs: head });
  if (merged.kind === "conflict") return merged;
  if (merged.tree === (await oidOf(tree, `${tip}^{tree}`))) return { kind: "nothing-new" };
  const made = await madeIn(tree, [head, `^${base}`, `^${tip}`]);
  const date = await dateOf(tree, head);
  const { author, others } = authorsOf(made, { ...person, date });
  const message = messageOf({ task, title, head, made, others });
  const commit = await writeCommit(tree, commitText({ tree: merged.tree, parents: [tip], author, date, message }));
  return { kind: "candidate", commit, tree: merged.tree };
}

/**
 * Where the work began, as seen from this tip: the task was brought onto a newer state of the target where both have a commit
 * after the base. Never an earlier one: what a person has not published, and what another task landed as, is not the task's.
 */
export async function effectiveBase(
  tree: Pick<InTree, "ask">,
  { tip, base, head }: Pick<Wanted, "tip" | "base" | "head">,
): Promise<string> {
  const shared = await tree.ask(["merge-base", "--all", tip, head]);
  const [newer, ...others] = shared.kind === "ok" ? shared.stdout.trim().split("\n") : [];
  if (newer === undefined || !isOid(newer) || others.length > 0) return base;
  return (await isAncestor(tree, base, newer)) ? newer : base;
}

/** No for a commit that is not there: `merge-base` says so with another exit status than for one that is no ancestor. */
export async function isAncestor(tree: InTree, ancestor: string, of: string): Promise<boolean> {
  const answer = await tree.ask(["merge-base", "--is-ancestor", ancestor, of]);
  if (answer.kind === "unavailable") throw failed(answer, "ask what the target has");
  return answer.kind === "ok";
}

interface Sides {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}
type Merged = { readonly kind: "merged"; readonly tree: string } | Extract<Built, { kind: "conflict" }>;

const LONG_AGO = "0 +0000";

/** With a base that is given: the two sides are put on it, because git before 2.40 looks for one itself. */
async function threeWay(tree: InTree, { base, ours, theirs }: Sides): Promise<Merged> {
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

const FIELDS = ["%an", "%ae", "%ad", "%s", "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x01)"].join(
  "%x00",
);

/** Oldest first, without merges: those have no work of their own but in conflicts. */
async function madeIn(tree: InTree, range: readonly string[]): Promise<Made[]> {
  const args = ["log", "-z", "--reverse", "--topo-order", "--no-merges", "--date=raw", "--encoding=UTF-8"];
  const text = done(await tree.ask([...args, `--format=${FIELDS}`, ...range]), "read the work");
  const fields = text.split("\0");
  const made: Made[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [name = "", email = "", date = "", subject = "", helpers = ""] = fields.slice(at, at + 5);
    made.push({
      author: { name, email, date },
      subject,
      helpers: helpers.split("\u0001").filter((one) => one.trim() !== ""),
    });
  }
  return made;
}

const dateOf = async (tree: InTree, commit: string): Promise<string> =>
  done(await tree.ask(["log", "-1", "--date=raw", "--format=%cd", commit]), "read the work").trim();

async function oidOf(tree: InTree, name: string): Promise<string> {
  return done(await tree.ask(["rev-parse", "--verify", name]), "read a commit").trim();
}

/** On the disk for sure: what is written down of it afterwards must not outlive it. */
const writeCommit = async (tree: InTree, text: string): Promise<string> =>
  done(await tree.ask(["hash-object", "-t", "commit", "-w", "--stdin"], text), "write a commit").trim();

const failed = (answer: Exclude<GitAnswer, { kind: "ok" }>, doing: string): LandingError =>
  new LandingError("failed", `could not ${doing}: ${reasonOf(answer)}`);

export function done(answer: GitAnswer, doing: string): string {
  if (answer.kind === "ok") return answer.stdout;
  throw failed(answer, doing);
}
