/**
 * plan: from the world to what is to be done about it. Pure and level-triggered: it knows no history, so a crash between
 * any two actions is just another difference to close. Running attempts are handled before new claims.
 */
import { hasEnded, QUIET_SWEEPS } from "./advance.ts";
import { FLEET } from "./accounts/choose.ts";
import { checkStep } from "./check-step.ts";
import { answers, type Beside } from "./dispatch.ts";
import { landingsToBegin } from "./landing.ts";
import { meetText } from "./reason-text.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import { isNear, isOver, type Measure, measures } from "../../attempts/limits/measure.ts";
import { type Place, shares } from "../../attempts/evidence/place.ts";
import { stopFor } from "./liveness.ts";
import { startsLeft } from "./machine.ts";
import { recordings } from "./recordings.ts";
import { waitsForQuiet } from "./quiet.ts";
import type { Proof, ProofStep } from "./proof-step.ts";
import type { AttemptView, Phase, Running, World } from "./world.ts";
import type { Action } from "./action.ts";

export function plan(world: World): Action[] {
  let left = startsLeft(world.hold, world.now);
  const watched = world.attempts
    .flatMap((attempt) => next(world, attempt) ?? [])
    .filter((action) => action.kind !== "start" || left-- > 0);
  const exit: Action[] = mayExit(world) ? [{ kind: "exit" }] : [];
  return [...recordings(world), ...watched, ...claims(world), ...lands(world), ...exit];
}

/** A look at what an attempt changed is not waited for longer than this after the deadline; the next supervisor takes it. */
const LOOK_PATIENCE = 5_000;

/** Nothing is left to watch; or nothing lives, and what is left can't be settled because store or machine won't have it. */
function mayExit({ mode, now, attempts, hold }: World): boolean {
  if (mode.kind !== "stopping") return false;
  return attempts.every(({ claim, phase }) => {
    // Stopping here ends nothing there.
    if (phase.kind === "elsewhere") return true;
    if (now <= mode.deadline) return false;
    // What can't be looked at can't be ended either: the next supervisor finds it.
    if (phase.kind === "unseen") return true;
    // Nothing of it lives, and reading what it printed takes longer: the next supervisor reads it.
    if (phase.kind === "ended" && phase.quiet >= QUIET_SWEEPS && !phase.drained) return true;
    // What is not proven yet is proven by the next supervisor: the claim of completion waits in the store.
    const isStuck = hold?.kind === "short";
    if (phase.kind === "proving")
      return (
        phase.step.kind === "check" ||
        phase.step.kind === "unknown" ||
        (phase.step.kind === "look" && (isStuck || now > mode.deadline + LOOK_PATIENCE))
      );
    return (claim === "unknown" || isStuck) && (phase.kind === "ended" ? hasEnded(phase) : !lives(phase));
  });
}

/** Something of it may be alive. */
export function lives(phase: Phase): boolean {
  switch (phase.kind) {
    case "launching":
    case "running":
    case "ended":
    case "unseen":
    case "elsewhere":
    case "proving":
      return true;
    case "claimed":
    case "fenced":
    case "judged":
      return false;
  }
}

/** The one next step of an attempt, or undefined while there is nothing to do but wait. */
function next(world: World, attempt: AttemptView): Action | undefined {
  const { phase } = attempt;
  switch (phase.kind) {
    case "claimed":
      if (attempt.claim === "gone" || phase.stopped || world.mode.kind === "stopping")
        return { kind: "fence", attempt };
      // Unknown is not lost: whether the claim still holds is known once the store can be read again.
      if (attempt.claim === "unknown" || hasOlderAlive(world, attempt)) return undefined;
      return { kind: "start", attempt };
    case "launching":
      if (phase.otherBoot || phase.stopped || attempt.claim === "gone") return { kind: "fence", attempt };
      return world.now - phase.since > world.limits.launchGrace ? { kind: "fence", attempt } : undefined;
    case "unseen":
    case "elsewhere":
      return undefined;
    case "fenced":
      return attempt.claim === "unknown" ? undefined : { kind: "outcome", attempt };
    case "running":
      return watch(world, attempt, phase);
    case "ended":
      if (!hasEnded(phase)) return { kind: "sweep", attempt };
      return attempt.claim === "unknown" ? undefined : { kind: "outcome", attempt };
    case "proving": {
      const step = prove(world, attempt, phase.step);
      return step === undefined ? undefined : { kind: "prove", attempt, step };
    }
    case "judged":
      return attempt.claim === "unknown" ? undefined : { kind: "settle", attempt };
  }
}

function prove(world: World, attempt: AttemptView, step: ProofStep): Proof | undefined {
  const { now, mode, limits } = world;
  const leaving = mode.kind === "stopping" && now > mode.deadline;
  const isHeld = world.hold?.kind === "short" && startsLeft(world.hold, now) === 0;
  switch (step.kind) {
    case "look":
      return step.busy || isHeld ? undefined : { kind: "look" };
    case "check": {
      if (leaving || isHeld || (step.whenQuiet && !isQuiet(world, attempt))) return undefined;
      return { kind: "check", check: step.check, run: step.run };
    }
    case "starting":
    case "checking":
    case "unknown":
    case "checked":
      return checkStep(step, { now, limits, leaving });
  }
}

const placeOf = ({ place, cwd }: AttemptView): Place => place ?? { path: cwd, git: false };

/** No other attempt is at work there, no check of one runs there, and no other that waits for this comes first. */
function isQuiet({ attempts }: World, attempt: AttemptView): boolean {
  const others = attempts.filter((other) => other.ref.uuid !== attempt.ref.uuid);
  const beside = others.filter((other) => shares(placeOf(other), placeOf(attempt)));
  return beside.every((other) => {
    if (waitsForQuiet(other)) return attempts.indexOf(attempt) < attempts.indexOf(other);
    return other.phase.kind === "proving" ? other.phase.step.kind === "look" : !lives(other.phase);
  });
}

/** Another attempt of the same task that still lives: the branch was moved back, and somebody claimed again. */
function hasOlderAlive(world: World, attempt: AttemptView): boolean {
  return world.attempts.some(
    (other) => other.task === attempt.task && other.ref.uuid !== attempt.ref.uuid && lives(other.phase),
  );
}

function watch(world: World, attempt: AttemptView, run: Running): Action | undefined {
  const { now, limits } = world;
  if (run.stop !== undefined) {
    if (run.termedAt === undefined) return { kind: "signal", attempt, signal: "SIGTERM" };
    if (now - run.termedAt > limits.killGrace) return { kind: "signal", attempt, signal: "SIGKILL" };
    return undefined;
  }
  if (attempt.claim === "gone") return { kind: "stop", attempt, reason: { kind: "claim-lost" } };
  const finished = Math.min(run.finishedAt ?? Infinity, run.resultAt ?? Infinity);
  const goesOn = finished < Infinity && (run.openAt ?? 0) > finished;
  // Finished is what nothing is open of: a push after the close is let end, for as long as the task may take.
  const quietSince = goesOn ? Math.max(finished, run.openAt ?? 0) : finished;
  if (now - quietSince > limits.finishGrace) return { kind: "stop", attempt, reason: { kind: "finished" } };
  const measured = measures(run.limits, { ...run.used, timeout: now - run.startedAt - (run.away ?? 0) });
  // Finished attempts have a grace of their own, and some coders report their cost only in the last line.
  const over = measured.find((one) => isOver(one) && (finished === Infinity || (goesOn && one.limit === "timeout")));
  if (over !== undefined) return { kind: "stop", attempt, reason: limitReached(over) };
  const spent = finished === Infinity ? spentUp(world, attempt) : undefined;
  if (spent !== undefined) return { kind: "stop", attempt, reason: { kind: "daily-limit", ...spent } };
  if (run.printed !== undefined && run.printed.bytes > run.printed.cap)
    return { kind: "stop", attempt, reason: { kind: "log-full", ...run.printed } };
  if (run.touched !== undefined && run.touched.length > 0)
    return { kind: "stop", attempt, reason: { kind: "protected", lines: run.touched.slice(0, MOST_LINES) } };
  if (
    run.context !== undefined &&
    finished === Infinity &&
    run.context.tokens >= run.context.threshold * run.context.window
  ) {
    const { tokens, window } = run.context;
    return { kind: "stop", attempt, reason: { kind: "context-full", tokens, window } };
  }
  if (world.mode.kind === "stopping" && now > world.mode.deadline)
    return { kind: "stop", attempt, reason: { kind: "shutdown" } };
  const stalled = run.liveness === undefined || finished < Infinity ? undefined : stopFor(run.liveness);
  if (stalled !== undefined) return { kind: "stop", attempt, reason: stalled };
  const near = measured.find((measure) => isNear(measure) && !run.warned.includes(measure.limit));
  return near === undefined ? undefined : { kind: "warn", attempt, measure: near };
}

/** A reason for a stop is short. */
const MOST_LINES = 3;

/** The day's limit of its account, or of the fleet where the account costs anything. */
function spentUp({ spentUp: spent, accounts }: World, { account }: AttemptView): World["spentUp"][string] | undefined {
  const isFree = accounts.find(({ name }) => name === account)?.free === true;
  const { reason, until } = spent[account] ?? (isFree ? undefined : spent[FLEET]) ?? {};
  return reason === undefined || until === undefined ? undefined : { reason, until };
}

const limitReached = (measure: Measure): StopReason =>
  measure.limit === "timeout" ? { kind: "timed-out", afterMs: measure.of } : { kind: "over-limit", ...measure };

/** Which tasks that run may change the same files, where that is to be said. */
function besideText(beside: readonly Beside[] | undefined): { readonly beside?: string } {
  if (beside === undefined) return {};
  return { beside: beside.map(({ task, files }) => `${task}: ${meetText(files)}`).join("; ") };
}

/** Nothing is moved while the fleet is paused or about to stop. */
const lands = ({ mode, unknown, landings = [] }: World): Action[] =>
  mode.kind === "running" && !unknown ? landingsToBegin(landings) : [];

/** What goes, most urgent first. */
function claims(world: World): Action[] {
  if (world.mode.kind !== "running" || world.unknown) return [];
  let room = world.limits.maxConcurrent - world.attempts.length;
  const chosen: Action[] = [];
  // Of thousands that wait none is asked once the fleet is full: none of them goes.
  for (const [task, answer] of room > 0 ? answers(world) : []) {
    if (answer.kind === "wait") continue;
    const { account, beside, onto } = answer;
    chosen.push({ kind: "claim", task, account, ...besideText(beside), ...(onto === undefined ? {} : { onto }) });
    if (--room === 0) break;
  }
  return chosen;
}
