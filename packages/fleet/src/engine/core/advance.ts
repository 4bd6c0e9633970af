/**
 * How an attempt's state follows from what is seen of it (`advance`) and from what was done about it (`after`). Pure: a
 * supervisor that begins anew from disk comes to the same kind of state by its first look.
 */
import type { Place } from "../../attempts/evidence/place.ts";
import type { AttemptRecord } from "../../attempts/records/record.ts";
import { covered } from "../../attempts/records/waits.ts";
import type { LimitName } from "../../settings/limits/limits.ts";
import type { Attempt, Ending, Running, State, Verifying } from "./attempt.ts";
import { recordOf, wrapperOf } from "./attempt.ts";
import type { RunSeen, Seen } from "./attempt-seen.ts";
import { type AwayKept, passOver } from "./away.ts";

/** Monotonic, and since 1970. */
export interface Times {
  readonly now: number;
  readonly wall: number;
}

/** A fork chain came back after one empty sweep. */
export const QUIET_SWEEPS = 3;

/** Nothing of it lives, and its log is read. */
export const hasEnded = ({ quiet, drained }: Pick<Ending, "quiet" | "drained">): boolean =>
  quiet >= QUIET_SWEEPS && drained;

/** Whether an observation of it, as ended, includes its evidence. */
export const mayShow = ({ state }: Pick<Attempt, "state">): boolean =>
  state.kind === "verifying" || (state.kind === "ending" && hasEnded(state));

export function advance<A extends Attempt>(before: A, seen: Seen, times: Times): A {
  const span = awayIn(seen);
  const attempt = span === undefined ? before : passOver(before, span);
  return { ...attempt, state: stateAfter(attempt, seen, times) };
}

function awayIn(seen: Seen) {
  if (seen.kind === "running") return seen.away;
  return seen.kind === "ended" && seen.proof?.kind === "open" ? seen.proof.away : undefined;
}

function stateAfter({ state }: Attempt, seen: Seen, times: Times): State {
  switch (seen.kind) {
    case "unseen":
      return state;
    case "claimed":
      return state.kind === "claimed" ? state : { kind: "claimed", fresh: false, place: undefined };
    case "launching":
      return { kind: "launching", record: seen.record };
    case "elsewhere":
      return { kind: "elsewhere", record: seen.record, wrapper: seen.wrapper };
    case "fenced":
      return { kind: "fenced", record: seen.record };
    case "running":
      return running(ranBefore(state), seen, times);
    case "ended":
      return ended(state, seen, times);
    case "judged":
      return {
        kind: "judged",
        record: recordOf({ state }),
        wrapper: wrapperOf({ state }),
        vanishedAt: "vanishedAt" in state ? state.vanishedAt : undefined,
      };
  }
}

/** The remembered state of its run. */
export const ranBefore = (state: State): Running | undefined =>
  state.kind === "running" ? state : state.kind === "ending" ? state.ran : undefined;

/** When its work was over, by the store and by its closing line. What can't be read says nothing. */
export const finishing = (
  before: Pick<Running, "finishedAt" | "resultAt"> | undefined,
  { finished, resulted }: Pick<RunSeen, "finished" | "resulted">,
  now: number,
): Pick<Running, "finishedAt" | "resultAt"> => ({
  // Its agent may take a block back, and continue.
  finishedAt: finished === undefined ? before?.finishedAt : finished ? (before?.finishedAt ?? now) : undefined,
  resultAt: resulted ? (before?.resultAt ?? now) : undefined,
});

function running(before: Running | undefined, seen: RunSeen, { now }: Times): Running {
  const { bytes } = seen.printed;
  return {
    kind: "running",
    record: seen.record,
    wrapper: seen.wrapper,
    orphaned: seen.orphaned,
    termedAt: before?.termedAt,
    killedAt: before?.killedAt,
    ...finishing(before, seen, now),
    openAt: seen.open?.is === true ? now : before?.openAt,
    acts: seen.open === undefined ? before?.acts : seen.open.acts,
    // Its silence begins anew with a supervisor that takes it over, and who waits for a person is not idle.
    grew: seen.asks || before?.grew.bytes !== bytes ? { bytes, at: now } : before.grew,
    warned: seen.warned,
    window: seen.window,
    frozen: seen.frozen,
    asked: seen.asks,
    worked: seen.worked,
    // The first look knows only the files.
    workKept: before?.workKept ?? covered(seen.worked),
    life: seen.life,
  };
}

function ended(state: State, seen: Extract<Seen, { kind: "ended" }>, { wall }: Times): Ending | Verifying {
  const { record, wrapper, proof } = seen;
  if (proof !== undefined && (state.kind === "verifying" || state.kind === "ending")) {
    const before = state.kind === "verifying" ? state : undefined;
    return {
      kind: "verifying",
      record,
      wrapper,
      vanishedAt: state.vanishedAt,
      looked: proof.kind !== "looking" && proof.kind !== "unlooked",
      termedAt: before?.termedAt,
      quiet: before?.quiet ?? 0,
      frozen: proof.kind === "open" ? proof.frozen : undefined,
    };
  }
  const ran = ranBefore(state);
  const vanished = seen.isVanished && ran?.life !== undefined && !ran.orphaned ? wall : undefined;
  if (state.kind === "ending") return { ...state, record, wrapper, vanishedAt: state.vanishedAt ?? vanished };
  return {
    kind: "ending",
    record,
    wrapper,
    vanishedAt: vanished,
    quiet: 0,
    sweeps: 0,
    drained: false,
    saidLeft: "",
    ran,
  };
}

/** A finished action on an attempt, as far as its state depends on it. */
export type Done =
  /** It was claimed before, and the place where it is to work is looked at. */
  | { readonly kind: "placed"; readonly place: Place }
  /** Its record is written. */
  | { readonly kind: "recorded"; readonly record: AttemptRecord }
  /** Its record is taken back: the machine had no room for its wrapper, and none comes any more. */
  | { readonly kind: "withdrawn"; readonly fresh: boolean; readonly place: Place }
  /** A person was told that a limit is near. */
  | { readonly kind: "warned"; readonly limit: LimitName }
  /** A verdict on its liveness is on disk, by its key. */
  | { readonly kind: "shown"; readonly key: string }
  /** Time in which it could do nothing is on disk. */
  | { readonly kind: "away-kept"; readonly kept: AwayKept }
  /** When it worked beside a wait is on disk, so many milliseconds. */
  | { readonly kind: "work-kept"; readonly millis: number }
  | { readonly kind: "signalled"; readonly signal: "SIGTERM" | "SIGKILL" }
  /** Its leftover processes were looked for. `left`: the pids that were found; `drained`: its log is read to the end. */
  | { readonly kind: "swept"; readonly left: readonly number[]; readonly drained: boolean }
  | { readonly kind: "check-signalled" }
  /** The leftover processes of a check were looked for. */
  | { readonly kind: "check-swept"; readonly left: number }
  /** The result of a check is written. */
  | { readonly kind: "check-concluded" };

/** An action on an attempt in another state than its present one changes nothing. */
export function after<A extends Attempt>(attempt: A, done: Done, now: number): A {
  if (done.kind === "away-kept") return { ...attempt, awayKept: done.kept };
  return { ...attempt, state: changed(attempt.state, done, now) };
}

function changed(state: State, done: Exclude<Done, { kind: "away-kept" }>, now: number): State {
  switch (done.kind) {
    case "placed":
      return state.kind === "claimed" ? { ...state, place: done.place } : state;
    case "recorded":
      return state.kind === "claimed" ? { kind: "launching", record: done.record } : state;
    case "withdrawn":
      return state.kind === "launching" ? { kind: "claimed", fresh: done.fresh, place: done.place } : state;
    case "warned":
      return state.kind === "running" ? { ...state, warned: [...state.warned, done.limit] } : state;
    case "shown":
      return state.kind === "running" && state.life !== undefined
        ? { ...state, life: { ...state.life, shown: done.key } }
        : state;
    case "work-kept":
      return state.kind === "running" ? { ...state, workKept: done.millis } : state;
    case "signalled":
      if (state.kind !== "running") return state;
      return done.signal === "SIGTERM" ? { ...state, termedAt: now } : { ...state, killedAt: state.killedAt ?? now };
    case "swept":
      return state.kind === "ending" ? swept(state, done) : state;
    case "check-signalled":
      return state.kind === "verifying" ? { ...state, termedAt: state.termedAt ?? now } : state;
    case "check-swept":
      if (state.kind !== "verifying") return state;
      return { ...state, quiet: done.left > 0 ? 0 : state.quiet + 1 };
    case "check-concluded":
      return state.kind === "verifying" ? { ...state, quiet: 0, termedAt: undefined } : state;
  }
}

const swept = (state: Ending, { left, drained }: Extract<Done, { kind: "swept" }>): Ending =>
  left.length > 0
    ? { ...state, quiet: 0, sweeps: state.sweeps + 1, drained: false, saidLeft: left.join(" ") }
    : { ...state, quiet: state.quiet + 1, drained };
