/**
 * Takes back what landed: one commit on the target as it is now, checked and moved like any other, and written down before. What was
 * built for the task counts no more once the target has that commit, so that it may land again afterwards. Killed anywhere, it is gone on
 * with.
 */
import { isAncestor, oidOf, writeCommit } from "./git-in-tree.ts";
import { checkCandidate } from "./checks.ts";
import {
  candidateNamed,
  inLanding,
  type LandEnd,
  type Lander,
  type Landing,
  lastTip,
  moveTo,
  settledUndo,
} from "./land.ts";
import { landedAs } from "./look.ts";
import { commitText, FLEET } from "./message.ts";
import { type LandingRecord, standing } from "./record.ts";
import { threeWay } from "./three-way.ts";
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
  const aimed = await lander.mover.tipOf(lander, { ...landing, known: lastTip(lander, landing) });
  if (aimed.kind !== "tip") return aimed;
  const { tip, target } = aimed;
  const record = await settledUndo(tree, lander, landing, tip);
  const { undo: begun } = record;
  if (begun !== undefined && (await isAncestor(tree, begun.candidate, tip)))
    return { kind: "undone", commit: begun.candidate, of: begun.of, wasThere: isFirst };
  const landed = (await whatLanded(tree, record, tip)) ?? begun;
  if (landed === undefined) return { kind: "not-landed" };
  const { of, before } = landed;
  const at = new Date(now()).toISOString();
  await checkOut(tree, tip);
  const merged = await threeWay(tree, { base: of, ours: tip, theirs: before });
  if (merged.kind === "conflict") return { ...merged, tip };
  if (merged.tree === (await oidOf(tree, `${tip}^{tree}`))) return { kind: "nothing-new", tip };
  const commit = await revertOf(tree, lander, landing, { tip, of, tree: merged.tree });
  const checked = await checkCandidate(tree, { commit, tree: merged.tree }, { ...landing.checking, home, source });
  if (checked.kind === "red") return { ...checked, tip };
  await candidateNamed(tree, commit);
  const n = Math.max(0, ...record.intents.map((one) => one.n));
  const next = { ...record, undo: { candidate: commit, of, before, at, n } };
  const end = await moveTo(lander, landing, { tip, target, candidate: commit, record: next, n: "undo" });
  return end.kind === "wait" || end.kind === "refused" ? end : undefined;
}

/** The commit that has its work, and what its target was before. */
async function whatLanded(tree: LandingTree, record: LandingRecord, tip: string) {
  const of = await landedAs(tree, standing(record), tip);
  if (of === undefined) return undefined;
  const before = record.intents.find(({ candidate }) => candidate === of)?.tip;
  return { of, before: before ?? (await oidOf(tree, `${of}^`)) };
}

interface Reverting {
  readonly tip: string;
  readonly of: string;
  readonly tree: string;
}

async function revertOf(tree: LandingTree, { now }: Lander, landing: Landing, { tip, of, tree: files }: Reverting) {
  const { title, task, person } = landing;
  const date = `${Math.floor(now() / 1000)} +0000`;
  const message = `Revert "${title.replaceAll("\n", " ")}"\n\nThis takes back ${of}.\n\nFleet-Undo: ${task}\n`;
  const author = { ...(person.email === "" ? FLEET : person), date };
  return await writeCommit(tree, commitText({ tree: files, parents: [tip], author, date, message }));
}
