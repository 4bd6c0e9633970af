/**
 * The candidate: a commit on the target's tip with the work of a task. Built in memory, so that a kill leaves only unreferenced
 * objects; and deterministic, so that the same work on the same tip gives the same commit.
 */
import type { History } from "../settings/land.ts";
import { measuredFrom } from "../workspaces/measured.ts";
import { dateOf, done, type InTree, oidOf, writeCommit } from "./git-in-tree.ts";
import { type Author, authorsOf, commitText, type Made, messageOf } from "./message.ts";
import { replay, type Step } from "./replay.ts";
import { type Merged, threeWay } from "./three-way.ts";

export interface Wanted {
  readonly tip: string;
  /** Where the task's work began; commits before it are not the task's. */
  readonly base: string;
  /** The base may contain commits that the person has not published (measured.ts). */
  readonly unpublished?: boolean | undefined;
  /** The accepted commit. */
  readonly head: string;
  /** Its files as the repository stores them (as-stored.ts): the same commit, or one on top of it. */
  readonly stored: string;
  /** Work that can't be replayed commit by commit lands as one commit. */
  readonly history: History;
  readonly task: string;
  readonly title: string;
  /** The author of uncommitted changes. */
  readonly person: Pick<Author, "name" | "email">;
}

/** `between`: commits below the candidate that appear on the target too, so each has to be green by itself. */
export interface Candidate extends Step {
  readonly kind: "candidate";
  readonly between: readonly Step[];
}

export type Built =
  | Candidate
  | Extract<Merged, { kind: "conflict" }>
  /** The target already contains all of it. */
  | { readonly kind: "nothing-new" };

export async function buildCandidate(tree: InTree, wanted: Wanted): Promise<Built> {
  const { tip, head, stored, history, task, title, person } = wanted;
  const base = await measuredFrom(tree.ask, wanted);
  const merged = await threeWay(tree, { base, ours: tip, theirs: stored });
  if (merged.kind === "conflict") return merged;
  const whole = merged.tree;
  if (whole === (await oidOf(tree, `${tip}^{tree}`))) return { kind: "nothing-new" };
  const made = await madeIn(tree, [stored, `^${base}`, `^${tip}`]);
  const date = await dateOf(tree, stored);
  const otherwise = { ...person, date };
  const { author, others } = authorsOf(made, otherwise);
  const replaying = { tip, base, stored, head, task, title, whole, made, otherwise };
  const steps = history === "squash" ? undefined : await replay(tree, replaying);
  const last = steps?.at(-1);
  if (history === "rebase" && steps !== undefined && last !== undefined)
    return { kind: "candidate", ...last, between: steps.slice(0, -1) };
  const isMerge = last !== undefined;
  const message = messageOf({ task, title, head, made: isMerge ? [] : made, others: isMerge ? [] : others });
  const parents = isMerge ? [tip, last.commit] : [tip];
  const commit = await writeCommit(tree, commitText({ tree: whole, parents, author, date, message }));
  return { kind: "candidate", commit, tree: whole, between: [] };
}

const CO_AUTHORS = "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x01)";
const FIELDS = ["%H", "%P", "%an", "%ae", "%ad", "%s", CO_AUTHORS, "%B"].join("%x00");
const COUNT = 8;

/** Oldest first, without merges: a merge has no work of its own except how conflicts were resolved. */
async function madeIn(tree: InTree, range: readonly string[]): Promise<Made[]> {
  const args = ["log", "-z", "--reverse", "--topo-order", "--no-merges", "--date=raw", "--encoding=UTF-8"];
  const text = done(await tree.ask([...args, `--format=${FIELDS}`, ...range]), "read the work");
  const fields = text.split("\0");
  const made: Made[] = [];
  for (let at = 0; at + COUNT - 1 < fields.length; at += COUNT) {
    const [commit = "", parents = "", name = "", email = "", date = ""] = fields.slice(at, at + 5);
    const [subject = "", helpers = "", words = ""] = fields.slice(at + 5, at + COUNT);
    made.push({
      commit,
      parent: parents === "" ? undefined : parents.split(" ")[0],
      author: { name, email, date },
      subject,
      text: words,
      helpers: helpers.split("\u0001").filter((one) => one.trim() !== ""),
    });
  }
  return made;
}
