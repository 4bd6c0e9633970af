/**
 * Brings the work of a task onto its target, once: look, build, check, write down, move, and look again. There is one way to
 * "landed", a look at the target, whether the lander saw the move through or was killed at any step of it.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { discard } from "@fleet/kit/files";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { git, reasonOf } from "@fleet/kit/git/git";
import type { Source } from "@fleet/kit/git/source";
import { whileLocked } from "@fleet/kit/held-lock";

import { LONG } from "../workspaces/making.ts";
import { landingDir, makeWorkDir } from "../workspaces/paths.ts";
import { sweepRepository } from "../workspaces/sweep.ts";
import { dropActive, readActive, writeActive } from "./active.ts";
import { buildCandidate, done, type Wanted } from "./candidate.ts";
import { checkCandidate, type Checking } from "./checks.ts";
import { landedAs } from "./look.ts";
import type { Move, MoveEnd, Mover, MovePoint, Moving } from "./move.ts";
import { readLanding, standing, withIntent, writeLanding } from "./record.ts";
import { checkOut, DURABLE, ensureTree, type LandingTree } from "./tree.ts";
import { LandingError } from "./trouble.ts";

/**
 * Between two of these a step of a landing is whole; killed at any, the next lander ends up with the same. recovered: what a dead
 * lander left is put right · built, checked: the candidate is there, its checks passed · handed: its objects are in the source ·
 * recorded: it is written down, and may be moved to · moved: the mover has answered.
 */
export const LAND_POINTS = ["recovered", "built", "checked", "handed", "recorded", "moved"] as const;
export type LandPoint = (typeof LAND_POINTS)[number];

export interface Lander extends Omit<Moving, "at"> {
  /** The first part of the home's id: of two homes that land in one repository each has its own refs. */
  readonly mark: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly mover: Mover;
  /** What the recovery of a killed move left as it is, because somebody changed it meanwhile: a sentence each. */
  readonly tell?: (what: string) => void;
  /** Called at each point. */
  readonly at?: (point: LandPoint | MovePoint) => void;
}

export interface Landing extends Omit<Wanted, "tip"> {
  readonly source: Source;
  /** The depot of the source, where the work is. */
  readonly depot: string;
  readonly target: string;
  /** As of a move. */
  readonly lfsFrom: readonly string[];
  readonly checking: Pick<Checking, "commands" | "timeout" | "below" | "env">;
}

/**
 * landed: the target has it, as this commit · conflict, red: it is for the task to change · nothing-new: the target has the same
 * files without it, so a person decides · wait, refused: as of a move.
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
  | Extract<MoveEnd, { kind: "wait" | "refused" }>;

/** Milliseconds: another task's checks. */
const PATIENCE = 3_600_000;
/** So often a target is raced before its task waits for the next time. */
const ROUNDS = 8;

/** Runs `work` as the only lander of this repository, after what a dead one left is put right. */
async function inLanding<T>(
  lander: Lander,
  { source, depot }: Pick<Landing, "source" | "depot">,
  work: (tree: LandingTree) => Promise<T>,
): Promise<T> {
  const { home, env } = lander;
  makeWorkDir(home);
  const locked = await whileLocked(`${landingDir(home, source.commonDir)}.lock`, PATIENCE, async () => {
    const tree = await ensureTree(home, env, source, depot);
    await recover(lander, source);
    lander.at?.("recovered");
    return await work(tree);
  });
  if (locked.kind === "done") return locked.value;
  throw new LandingError("held", `another process lands in ${source.top} (${locked.holder})`, { where: source.top });
}

async function recover(lander: Lander, { commonDir }: Source): Promise<void> {
  // A lock of a ref of ours that a killed git left would keep everything from landing here; nobody else writes there.
  sweepRepository(join(commonDir, "refs", "fleet", lander.mark));
  const active = readActive(lander.home, commonDir);
  if (active === undefined) return;
  for (const left of await lander.mover.recoverMove(lander, active)) lander.tell?.(left);
  dropActive(lander.home, commonDir);
}

export async function land(lander: Lander, landing: Landing): Promise<LandEnd> {
  return await inLanding(lander, landing, async (tree) => await landIn(tree, lander, landing));
}

async function landIn(tree: LandingTree, lander: Lander, landing: Landing): Promise<LandEnd> {
  let last = "";
  for (let round = 0; round < ROUNDS; round++) {
    const tip = await tipOf(lander, landing);
    if (tip === undefined) return gone(landing);
    // Of other work of the task it says nothing that it landed: what was accepted since is to land too.
    const intents = standing(readLanding(lander.home, landing.task)).filter(({ head }) => head === landing.head);
    const landed = await landedAs(tree, intents, tip);
    if (landed !== undefined) return await seen(lander, landing, landed, round === 0);
    const built = await candidateFor(tree, lander, landing, tip);
    if (built.kind !== "candidate") return built;
    const end = await moveTo(lander, landing, { tip, candidate: built.commit });
    if (end.kind === "wait" || end.kind === "refused") return end;
    if (end.kind !== "moved") last = `: ${end.why}`;
  }
  return { kind: "wait", why: `${landing.target} of ${landing.source.top} moved each time${last}` };
}

async function tipOf({ env }: Lander, { source, target }: Landing): Promise<string | undefined> {
  const where = { place: "person", env, dir: source.top } as const;
  const asked = await git(where, ["rev-parse", "--verify", "-q", `refs/heads/${target}^{commit}`]);
  if (asked.kind === "unavailable")
    throw new LandingError("failed", `${target} of ${source.top} can't be read: ${reasonOf(asked)}`);
  return asked.kind === "ok" ? asked.stdout.trim() : undefined;
}

const gone = ({ source, target }: Landing): LandEnd => ({
  kind: "wait",
  why: `${source.top} has no branch ${target} any more`,
  mend: `git -C ${source.top} branch ${target} COMMIT`,
});

async function candidateFor(tree: LandingTree, lander: Lander, landing: Landing, tip: string) {
  // Attributes, which decide how files are merged, are those of the tip.
  await checkOut(tree, tip);
  const built = await buildCandidate(tree, { ...landing, tip });
  lander.at?.("built");
  if (built.kind === "conflict") return { ...built, tip };
  if (built.kind === "nothing-new") return { ...built, tip };
  const { home } = lander;
  const checking = { ...landing.checking, home, commonDir: landing.source.commonDir };
  const checked = await checkCandidate(tree, built, checking);
  lander.at?.("checked");
  if (checked.kind === "red") return { ...checked, tip };
  done(await tree.ask(["update-ref", HANDED, built.commit]), "name the candidate");
  return built;
}

/** By a name of its own: what is checked out in the landing tree may be another commit. */
const HANDED = "refs/land/candidate";

interface Step {
  readonly tip: string;
  readonly candidate: string;
}

async function moveTo(lander: Lander, landing: Landing, { tip, candidate }: Step): Promise<MoveEnd> {
  const { home, now, at } = lander;
  const { source, target, task, head, lfsFrom } = landing;
  const made = { tip, candidate, head, at: new Date(now()).toISOString() };
  const { record, n } = withIntent(readLanding(home, task), made);
  await handOver(lander, landing, { n, candidate });
  at?.("handed");
  const { top, commonDir } = source;
  const move: Move = { source: { top, commonDir }, target, from: tip, to: candidate, task, lfsFrom };
  writeLanding(home, task, record);
  writeActive(home, move);
  at?.("recorded");
  const end = await lander.mover.moveTarget(lander, move);
  at?.("moved");
  dropActive(home, commonDir);
  return end;
}

const refOf = (mark: string, task: string): string => `refs/fleet/${mark}/land/${task}`;

/** The candidate's objects, into the source: under a ref that nothing there prunes, until it has landed. */
async function handOver(lander: Lander, { source, task }: Landing, { n, candidate }: { n: number; candidate: string }) {
  const { env, home, mark } = lander;
  const ref = `${refOf(mark, task)}/${n}`;
  const quiet = ["-q", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-gc"];
  const from = landingDir(home, source.commonDir);
  const where = { env, gitDir: source.commonDir, as: "person" } as const;
  const fetched = await gitObjects([...DURABLE, "fetch", ...quiet, from, `+${HANDED}:${ref}`], where, {
    timeout: LONG,
  });
  done(fetched, `bring the candidate into ${source.top}`);
  const arrived = done(await gitObjects(["rev-parse", "--verify", "-q", ref], where), "read the candidate").trim();
  if (arrived !== candidate)
    throw new LandingError("failed", `another commit than the candidate arrived in ${source.top}: ${arrived}`);
}

/** Looked at, and on the target: written down, and the refs that held the candidates in the source are removed. */
async function seen(lander: Lander, landing: Landing, commit: string, wasThere: boolean): Promise<LandEnd> {
  const { home, env, mark, now } = lander;
  const { task, source, target } = landing;
  const record = readLanding(home, task);
  writeLanding(home, task, { ...record, landed: { commit, target, at: new Date(now()).toISOString() } });
  const where = { env, gitDir: source.commonDir, as: "person" } as const;
  const listed = await gitObjects(["for-each-ref", "--format=delete %(refname)", `${refOf(mark, task)}/`], where);
  if (listed.kind === "ok" && listed.stdout !== "")
    await gitObjects(["update-ref", "--stdin"], where, { input: listed.stdout });
  removeEmpty(join(source.commonDir, refOf(mark, task)));
  return { kind: "landed", commit, wasThere };
}

function removeEmpty(dir: string): void {
  try {
    if (readdirSync(dir).length === 0) discard(dir);
  } catch {
    return;
  }
}
