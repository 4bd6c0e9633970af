/**
 * Undoes a landing: one commit on the current target, checked and moved like any candidate, and recorded first. Once the target has
 * that commit, the task's earlier candidates no longer count, so that it may land again. A killed undo is continued by the next
 * lander.
 */
import { beforeOf } from "./before.ts";
import { done, isAncestor, oidOf, writeCommit } from "./git-in-tree.ts";
import { checkCandidate } from "./checks.ts";
import { candidateNamed, inLanding, type LandEnd, type Lander, type Landing, moveTo, settledUndo } from "./land.ts";
import { namedIn } from "./look.ts";
import { commitText, FLEET } from "./message.ts";
import { type Intent, lastTip, type LandingRecord, standing } from "./record.ts";
import { LONG_AGO, type Merged, threeWay } from "./three-way.ts";
import { checkOut, type LandingTree } from "./tree.ts";

export type UndoEnd =
  /** `commit`: the one that undid it. `of`: the commits that had it, oldest first. `wasThere`: an earlier undo had done it already. */
  | { readonly kind: "undone"; readonly commit: string; readonly of: readonly string[]; readonly wasThere: boolean }
  | { readonly kind: "not-landed" }
  /** Somebody removed it from the target, where it was as this commit. */
  | { readonly kind: "taken-off"; readonly commit: string }
  /** Later changes touch the same lines, or a check fails without it. `revert`: the commits for a `git revert` by hand. */
  | (Extract<LandEnd, { kind: "conflict" | "red" }> & { readonly revert: readonly string[] })
  | Extract<LandEnd, { kind: "wait" | "refused" | "nothing-new" }>;

const ROUNDS = 8;

export async function undo(lander: Lander, landing: Landing): Promise<UndoEnd> {
  return await inLanding(lander, landing, async (tree) => {
    for (let round = 0; round < ROUNDS; round++) {
      const end = await undoOnce(tree, lander, landing, round === 0);
      if (end !== undefined) return end;
    }
    return { kind: "wait", why: `${landing.target} of ${landing.source.top} moved each time` };
  });
}

/** Undefined after a lost race, or where the target has to be looked at again. */
async function undoOnce(
  tree: LandingTree,
  lander: Lander,
  landing: Landing,
  isFirst: boolean,
): Promise<UndoEnd | undefined> {
  const { home, now } = lander;
  const { source } = landing;
  const aimed = await lander.mover.tipOf(lander, { ...landing, known: lastTip(lander.home, landing) });
  if (aimed.kind !== "tip") return aimed;
  const { tip, target } = aimed;
  const record = await settledUndo(tree, lander, landing, tip);
  const { undo: begun } = record;
  const there = await whatLanded(tree, record, tip);
  // Only if none of the work landed again since.
  if (there.length === 0 && begun !== undefined && (await isAncestor(tree, begun.candidate, tip)))
    return { kind: "undone", commit: begun.candidate, of: begun.commits ?? [begun.of], wasThere: isFirst };
  const landed = there.length === 0 && begun !== undefined ? [begun] : there;
  const [last] = landed;
  if (last === undefined) {
    const was = record.landed?.target === landing.target ? record.landed.commit : undefined;
    return was === undefined ? { kind: "not-landed" } : { kind: "taken-off", commit: was };
  }
  const { of, before } = last;
  const at = new Date(now()).toISOString();
  await checkOut(tree, tip);
  const taken = await without(tree, tip, landed);
  if (taken.kind === "conflict") return { ...taken, tip, revert: await revertedBy(tree, last) };
  const { tree: files } = taken;
  if (files === (await oidOf(tree, `${tip}^{tree}`))) return { kind: "nothing-new", tip };
  const commits = await commitsOf(tree, landed);
  const commit = await revertOf(lander, landing, { tip, reverted: commits, tree: files }, tree);
  const checked = await checkCandidate(tree, { commit, tree: files }, { ...landing.checking, home, source });
  if (checked.kind === "red") return { ...checked, tip, revert: await revertedBy(tree, last) };
  await candidateNamed(tree, commit);
  const n = Math.max(0, ...record.intents.map((one) => one.n));
  const next = { ...record, undo: { candidate: commit, of, before, commits, at, n } };
  const end = await moveTo(lander, landing, { tip, target, candidate: commit, record: next, n: "undo" });
  return end.kind === "wait" || end.kind === "refused" ? end : undefined;
}

interface LandedAs {
  readonly of: string;
  /** The target before it. */
  readonly before: string;
}

/** The commits that contain the work, newest first: a task that was reopened lands again. */
async function whatLanded(tree: LandingTree, record: LandingRecord, tip: string): Promise<LandedAs[]> {
  const intents = standing(record).toReversed();
  const landed: LandedAs[] = [];
  for (const head of new Set(intents.map((one) => one.head)))
    for (const one of await landedIn(
      tree,
      intents.filter((intent) => intent.head === head),
      tip,
    ))
      if (landed.every(({ of }) => of !== one.of)) landed.push(one);
  return landed;
}

/** The commits of one state of the work; in a rewritten history each by itself, because others may be in between. */
async function landedIn(tree: LandingTree, intents: readonly Intent[], tip: string): Promise<LandedAs[]> {
  for (const intent of intents) {
    const { candidate: of } = intent;
    if (await isAncestor(tree, of, tip)) return [{ of, before: await beforeOf(tree, of, intent) }];
  }
  for (const intent of intents) {
    const named = await namedIn(tree, intent, tip);
    if (named.length > 0)
      return await Promise.all(named.map(async (of) => ({ of, before: await beforeOf(tree, of, undefined) })));
  }
  return [];
}

/** Oldest first; for a merge commit only itself. */
async function commitsOf(tree: LandingTree, landed: readonly LandedAs[]): Promise<string[]> {
  const all: string[] = [];
  for (const { of, before } of landed.toReversed()) {
    const listed = await tree.ask(["rev-list", "--reverse", "--first-parent", `${before}..${of}`]);
    all.push(...done(listed, "list what landed").split("\n"));
  }
  return all.filter((commit) => commit !== "");
}

/** The argument for `git revert`. */
async function revertedBy(tree: LandingTree, landed: LandedAs): Promise<string[]> {
  const { of, before } = landed;
  if ((await tree.ask(["rev-parse", "--verify", "-q", `${of}^2`])).kind === "ok") return ["-m", "1", of];
  return (await commitsOf(tree, [landed])).length > 1 ? [`${before}..${of}`] : [of];
}

/** The tip's files without any of the landed commits. */
async function without(tree: LandingTree, tip: string, landed: readonly LandedAs[]): Promise<Merged> {
  let ours = tip;
  for (const { of, before } of landed) {
    const merged = await threeWay(tree, { base: of, ours, theirs: before });
    if (merged.kind === "conflict") return merged;
    const text = { tree: merged.tree, parents: [tip], author: { ...FLEET, date: LONG_AGO }, date: LONG_AGO };
    ours = await writeCommit(tree, commitText({ ...text, message: "side\n" }));
  }
  return { kind: "merged", tree: await oidOf(tree, `${ours}^{tree}`) };
}

interface Reverting {
  readonly tip: string;
  readonly reverted: readonly string[];
  readonly tree: string;
}

async function revertOf(
  { now }: Lander,
  landing: Landing,
  { tip, reverted, tree: files }: Reverting,
  tree: LandingTree,
): Promise<string> {
  const { title, task, person } = landing;
  const date = `${Math.floor(now() / 1000)} +0000`;
  const message = `Revert "${title.replaceAll("\n", " ")}"\n\nThis takes back ${reverted.join(", ")}.\n\nFleet-Undo: ${task}\n`;
  const author = { ...(person.email === "" ? FLEET : person), date };
  return await writeCommit(tree, commitText({ tree: files, parents: [tip], author, date, message }));
}
