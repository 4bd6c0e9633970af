/**
 * Brings the work of a task onto its target, once: look, build, check, record, move, look again. A task counts as landed only when a
 * look at the target finds it there, whether the lander finished or was killed at any step.
 */
import { join } from "node:path";

import { gitObjects } from "@fleet/kit/git/own-objects";
import { QUIET_FETCH } from "@fleet/kit/git/quiet-fetch";
import type { Source } from "@fleet/kit/git/source";
import { whileLocked } from "@fleet/kit/held-lock";

import { LONG } from "../workspaces/making.ts";
import { landingDir, makeWorkDir } from "../workspaces/paths.ts";
import { sweepRepository } from "../workspaces/sweep.ts";
import { dropActive, writeActive } from "./active.ts";
import { asStored } from "./as-stored.ts";
import { sinceLanded } from "./begun.ts";
import { buildCandidate, type Candidate, type Wanted } from "./candidate.ts";
import { checkCandidate, type Checking } from "./checks.ts";
import { done } from "./git-in-tree.ts";
import { refsOf, seenLanded } from "./landed.ts";
import { lendLfs, takeLfs } from "./lfs.ts";
import { landedAs, withoutUndone } from "./look.ts";
import type { Move, MoveEnd, Mover, MovePoint, Moving, Remote } from "./move.ts";
import { lastTip, type LandingRecord, readLanding, standing, wasLanded, withIntent, writeLanding } from "./record.ts";
import { lockOf, recoverIn } from "./recover.ts";
import { strayRepositories } from "./stray.ts";
import { checkOut, DURABLE, ensureTree, type LandingTree, prove } from "./tree.ts";
import { LandingError } from "./trouble.ts";

/**
 * A landing can be killed between any two of these points, and the next lander reaches the same result. recovered: what a dead lander
 * left is repaired · built, checked: the candidate exists, its checks passed · handed: its objects are in the source · recorded: it
 * is in the record, so the target may be moved to it · moved: the mover has answered · seen: it is on the target; the task is still
 * open.
 */
export const LAND_POINTS = ["recovered", "built", "checked", "handed", "recorded", "moved", "seen"] as const;
export type LandPoint = (typeof LAND_POINTS)[number];

export interface Lander extends Omit<Moving, "at"> {
  /** The first part of the home's id: two homes that land in one repository have separate refs. */
  readonly mark: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly mover: Mover;
  /** What the recovery of a killed move left alone, because somebody had changed it meanwhile: one sentence each. */
  readonly tell?: (what: string) => void;
  /** Milliseconds to wait for another process that lands in the same repository; default one hour. */
  readonly patience?: number;
  /** When aborted, the landing ends as if killed: a running check at once, everything else at the next point. */
  readonly until?: AbortSignal;
  /** False: don't repair what a dead lander left, because this call must not change anything. */
  readonly recovers?: boolean;
  /** Called at each point. */
  readonly at?: (point: LandPoint | MovePoint) => void;
}

export interface Landing extends Omit<Wanted, "tip" | "stored"> {
  readonly source: Source;
  /** The depot of the source, where the work is. */
  readonly depot: string;
  readonly target: string;
  /** The commit of the source at which its work began, or onto which it was rebased. */
  readonly began: string;
  /** As of a move. */
  readonly remote?: Remote | undefined;
  readonly checking: Pick<Checking, "commands" | "timeout" | "below" | "setUp" | "env">;
}

/** Why it should no longer land, and what changes that. */
export interface Withdrawn {
  readonly why: string;
  readonly mend: string;
}

/** Asked right before the target is moved; undefined: still to be landed. */
export type LookAgain = () => Promise<Withdrawn | undefined>;

/**
 * landed: the target has it, as this commit · conflict, red: goes back to the task, which has to change it · nothing-new: the target
 * already has the same files, so a person decides · taken-off: it was there as this commit, and somebody removed it · stray: it
 * contains repositories that are no submodules · withdrawn: it should no longer land · wait, refused: as of a move.
 */
export type LandEnd =
  | { readonly kind: "landed"; readonly commit: string; readonly wasThere: boolean }
  | { readonly kind: "conflict"; readonly tip: string; readonly files: readonly string[] }
  | {
      readonly kind: "red";
      readonly tip: string;
      readonly command: string;
      readonly how: string;
      readonly output: string;
    }
  | { readonly kind: "nothing-new"; readonly tip: string }
  | { readonly kind: "taken-off"; readonly commit: string }
  | { readonly kind: "stray"; readonly paths: readonly string[] }
  | ({ readonly kind: "withdrawn" } & Withdrawn)
  | Extract<MoveEnd, { kind: "wait" | "refused" }>;

/** Milliseconds: as long as another task's checks may take. */
const PATIENCE = 3_600_000;
/** After so many lost races for the target, the task waits for the next round. */
const ROUNDS = 8;

/** Runs `work` as the only lander of this repository, after repairing what a dead one left. */
export async function inLanding<T>(
  lander: Lander,
  { source, depot }: Pick<Landing, "source" | "depot">,
  work: (tree: LandingTree) => Promise<T>,
): Promise<T> {
  const { home, env } = lander;
  makeWorkDir(home);
  const lock = lockOf(landingDir(home, source.commonDir));
  const locked = await whileLocked(lock, lander.patience ?? PATIENCE, async () => {
    if (lander.recovers !== false) await recover(lander, source);
    const tree = await ensureTree(home, env, source, depot);
    lander.at?.("recovered");
    return await work(tree);
  });
  if (locked.kind === "done") return locked.value;
  throw new LandingError("held", `another process lands in ${source.top} (${locked.holder})`, { where: source.top });
}

async function recover(lander: Lander, { commonDir }: Source): Promise<void> {
  // A ref lock of ours left by a killed git would block every landing here; only the lander writes these refs.
  sweepRepository(join(commonDir, "refs", "fleet", lander.mark));
  for (const left of await recoverIn(lander, landingDir(lander.home, commonDir))) lander.tell?.(left);
}

const isWanted: LookAgain = async () => await Promise.resolve(undefined);

export async function land(lander: Lander, landing: Landing, again: LookAgain = isWanted): Promise<LandEnd> {
  return await inLanding(lander, landing, async (tree) => await landIn(tree, { lander, landing, again }));
}

interface Work {
  readonly lander: Lander;
  readonly landing: Landing;
  readonly again: LookAgain;
}

async function landIn(tree: LandingTree, { lander, landing, again }: Work): Promise<LandEnd> {
  let last = "";
  let stored: string | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const aimed = await lander.mover.tipOf(lander, { ...landing, known: lastTip(lander.home, landing) });
    if (aimed.kind !== "tip") return { ...aimed, why: `${aimed.why}${last}` };
    const { tip, target } = aimed;
    // That one state of the task has landed does not settle newer work: what was accepted since still has to land.
    const intents = standing(await settledUndo(tree, lander, landing, tip)).filter(({ head }) => head === landing.head);
    const landed = await landedAs(tree, intents, tip);
    if (landed !== undefined) {
      await seenLanded(tree, lander, landing, { commit: landed, tip });
      return { kind: "landed", commit: landed, wasThere: round === 0 };
    }
    const was = wasLanded(lander.home, landing);
    if (was !== undefined) return { kind: "taken-off", commit: was };
    stored ??= await storedIn(tree, landing);
    const built = await candidateFor(tree, lander, await sinceLanded(tree, lander.home, landing, tip), { tip, stored });
    if (built.kind !== "candidate") return built;
    const withdrawn = await again();
    if (withdrawn !== undefined) return { kind: "withdrawn", ...withdrawn };
    const intent = withIntent(readLanding(lander.home, landing.task), {
      tip,
      candidate: built.commit,
      head: landing.head,
      at: new Date(lander.now()).toISOString(),
    });
    const end = await moveTo(lander, landing, { tip, target, candidate: built.commit, ...intent });
    if (end.kind === "wait" || end.kind === "refused") return end;
    if (end.kind !== "moved") last = `; before: ${end.why}`;
  }
  return { kind: "wait", why: `${landing.target} of ${landing.source.top} moved each time${last}` };
}

/** The record, completed by an undo whose lander was killed before it could note that the target has it. */
export async function settledUndo(
  tree: LandingTree,
  { home }: Pick<Lander, "home">,
  { task }: Pick<Landing, "task">,
  tip: string,
): Promise<LandingRecord> {
  const record = readLanding(home, task);
  const settled = await withoutUndone(tree, record, tip);
  if (settled !== record) writeLanding(home, task, settled);
  return settled;
}

/** The work as the repository stores it, and the objects that this takes. */
export async function storedIn(tree: LandingTree, landing: Landing): Promise<string> {
  takeLfs(landing, tree.gitDir);
  return await asStored(tree, landing);
}

interface On {
  readonly tip: string;
  readonly stored: string;
}

type ForTip = Candidate | Exclude<LandEnd, { kind: "landed" | "withdrawn" | "wait" | "refused" }>;

async function candidateFor(tree: LandingTree, lander: Lander, landing: Landing, { tip, stored }: On): Promise<ForTip> {
  // Attributes, which decide how files are merged, come from the tip.
  await checkOut(tree, tip);
  const built = await buildCandidate(tree, { ...landing, stored, tip });
  lander.at?.("built");
  if (built.kind !== "candidate") return { ...built, tip };
  const stray = await strayRepositories(tree, { tip, commit: built.commit });
  if (stray.length > 0) return { kind: "stray", paths: stray };
  const { home, until } = lander;
  const checking = { ...landing.checking, home, source: landing.source, until };
  const checked = await checkCandidate(tree, built, checking);
  lander.at?.("checked");
  if (checked.kind === "red") return { ...checked, tip };
  for (const one of built.between) {
    const between = await checkCandidate(tree, one, checking);
    // Each commit of the target has to be green by itself, not only the last.
    if (between.kind === "red")
      return await candidateFor(tree, lander, { ...landing, history: "squash" }, { tip, stored });
  }
  prove(tree);
  await candidateNamed(tree, built.commit);
  return built;
}

export async function candidateNamed(tree: LandingTree, commit: string): Promise<void> {
  done(await tree.ask(["update-ref", HANDED, commit]), "name the candidate");
}

/** By an explicit name: the landing tree may have another commit checked out. */
const HANDED = "refs/land/candidate";

interface Step {
  readonly tip: string;
  /** The branch that is moved. */
  readonly target: string;
  readonly candidate: string;
  /** What the record says of its landing then, and the last part of the ref that keeps the candidate in the source. */
  readonly record: LandingRecord;
  readonly n: number | "undo";
}

/** Recorded first, then moved. */
export async function moveTo(lander: Lander, landing: Landing, step: Step): Promise<MoveEnd> {
  const { home, at } = lander;
  const { source, task, remote } = landing;
  const { tip, target, candidate, record, n } = step;
  // LFS objects come before the candidate, whose files could not be written without them.
  lendLfs(join(landingDir(home, source.commonDir), ".git"), source);
  await handOver(lander, landing, { n, candidate });
  at?.("handed");
  const { top, commonDir } = source;
  const move: Move = { source: { top, commonDir }, target, from: tip, to: candidate, task, remote };
  writeLanding(home, task, record);
  writeActive(landingDir(home, commonDir), move);
  at?.("recorded");
  const end = await lander.mover.moveTarget(lander, move);
  at?.("moved");
  dropActive(landingDir(home, commonDir));
  return end;
}

/** Puts the candidate's objects into the source, under a ref that keeps them from being pruned until it has landed. */
async function handOver(lander: Lander, { source, task }: Landing, { n, candidate }: Pick<Step, "n" | "candidate">) {
  const { env, home, mark } = lander;
  const ref = `${refsOf(mark, task)}/${n}`;
  const from = landingDir(home, source.commonDir);
  const where = { env, gitDir: source.commonDir, as: "person" } as const;
  const fetched = await gitObjects([...DURABLE, "fetch", ...QUIET_FETCH, from, `+${HANDED}:${ref}`], where, {
    timeout: LONG,
  });
  done(fetched, `bring the candidate into ${source.top}`);
  const arrived = done(await gitObjects(["rev-parse", "--verify", "-q", ref], where), "read the candidate").trim();
  if (arrived !== candidate)
    throw new LandingError("failed", `another commit than the candidate arrived in ${source.top}: ${arrived}`);
}
