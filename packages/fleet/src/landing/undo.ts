/**
 * Takes back what landed: one commit on the target as it is now, checked and moved like any other, and written down before. What was
 * built for the task counts no more once the target has that commit, so that it may land again afterwards. Killed anywhere, it is gone on
 * with.
 */
import { isAncestor, oidOf, writeCommit } from "./git-in-tree.ts";
import { checkCandidate } from "./checks.ts";
import { candidateNamed, inLanding, type LandEnd, type Lander, type Landing, moveTo, settledUndo } from "./land.ts";
import { landedAs } from "./look.ts";
import { commitText, FLEET } from "./message.ts";
import { lastTip, type LandingRecord, standing } from "./record.ts";
import { LONG_AGO, type Merged, threeWay } from "./three-way.ts";
import { checkOut, type LandingTree } from "./tree.ts";

export type UndoEnd =
  /** `commit`: that took it back. `wasThere`: an earlier one had done it. */
  | { readonly kind: "undone"; readonly commit: string; readonly of: string; readonly wasThere: boolean }
  | { readonly kind: "not-landed" }
  /** What came since changed the same places. */
  | Extract<LandEnd, { kind: "conflict" | "red" | "wait" | "refused" | "nothing-new" }>;

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

/** Undefined where it was raced, or is to be looked at. */
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
  // Only where nothing of it landed since.
  if (there.length === 0 && begun !== undefined && (await isAncestor(tree, begun.candidate, tip)))
    return { kind: "undone", commit: begun.candidate, of: begun.of, wasThere: isFirst };
  const landed = there.length === 0 && begun !== undefined ? [begun] : there;
  const [last] = landed;
  if (last === undefined) return { kind: "not-landed" };
  const { of, before } = last;
  const at = new Date(now()).toISOString();
  await checkOut(tree, tip);
  const taken = await without(tree, tip, landed);
  if (taken.kind === "conflict") return { ...taken, tip };
  const { tree: files } = taken;
  if (files === (await oidOf(tree, `${tip}^{tree}`))) return { kind: "nothing-new", tip };
  const commit = await revertOf(tree, lander, landing, { tip, landed, tree: files });
  const checked = await checkCandidate(tree, { commit, tree: files }, { ...landing.checking, home, source });
  if (checked.kind === "red") return { ...checked, tip };
  await candidateNamed(tree, commit);
  const n = Math.max(0, ...record.intents.map((one) => one.n));
  const next = { ...record, undo: { candidate: commit, of, before, at, n } };
  const end = await moveTo(lander, landing, { tip, target, candidate: commit, record: next, n: "undo" });
  return end.kind === "wait" || end.kind === "refused" ? end : undefined;
}

interface LandedAs {
  readonly of: string;
  /** What its target was before. */
  readonly before: string;
}

/** The commits that have its work, the last first: opened again, a task lands once more. */
async function whatLanded(tree: LandingTree, record: LandingRecord, tip: string): Promise<LandedAs[]> {
  const intents = standing(record).toReversed();
  const landed: LandedAs[] = [];
  for (const head of new Set(intents.map((one) => one.head))) {
    const of = await landedAs(
      tree,
      standing(record).filter((one) => one.head === head),
      tip,
    );
    if (of === undefined || landed.some((one) => one.of === of)) continue;
    const before = intents.find(({ candidate }) => candidate === of)?.tip;
    landed.push({ of, before: before ?? (await oidOf(tree, `${of}^`)) });
  }
  return landed;
}

/** The files of the tip as they would be if none of that had landed. */
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
  readonly landed: readonly LandedAs[];
  readonly tree: string;
}

async function revertOf(tree: LandingTree, { now }: Lander, landing: Landing, { tip, landed, tree: files }: Reverting) {
  const { title, task, person } = landing;
  const date = `${Math.floor(now() / 1000)} +0000`;
  const message = `Revert "${title.replaceAll("\n", " ")}"\n\nThis takes back ${landed.map(({ of }) => of).join(", ")}.\n\nFleet-Undo: ${task}\n`;
  const author = { ...(person.email === "" ? FLEET : person), date };
  return await writeCommit(tree, commitText({ tree: files, parents: [tip], author, date, message }));
}
