/**
 * What the supervisor remembers of an attempt: who it is, and the one state that it is in, with what belongs to that state
 * and to no other. Plain data, all of which can be had again from disk and the process table; it is here so that a tick
 * costs a few system calls and not a re-reading. advance.ts says how one state follows from another.
 */
import type { AttemptRef } from "@fleet/store/decision";

import type { Place } from "../../attempts/evidence/place.ts";
import type { AttemptRecord } from "../../attempts/records/record.ts";
import type { PidFile } from "../../attempts/records/pid-file.ts";
import type { Span } from "../../attempts/records/waits.ts";
import type { LimitName } from "../../settings/limits/limits.ts";
import { type Away, type AwayKept, keptOf, NEVER_AWAY } from "./away.ts";
import type { Life } from "./life.ts";

/** As claimed, and never changed; what it was started with, its record says. */
interface Identity {
  readonly task: string;
  readonly ref: AttemptRef;
  readonly dir: string;
  readonly coderName: string;
  readonly account: string;
  readonly cwd: string;
  /** Where its coder is looked for (breaker.ts). */
  readonly path: string;
  /** It is to work in a clone, as its task had it then; the record says whether it does. */
  readonly isolated?: boolean;
  readonly isAgent?: boolean;
}

export interface Attempt extends Identity {
  /** When it could do nothing, in whatever state (away.ts): held against nobody. */
  readonly away: readonly Span[];
  /** How much of that is on disk. */
  readonly awayKept: AwayKept;
  readonly state: State;
}

export type State =
  /** The store names it, and nothing of it was started. */
  | Claimed
  /** Its record is written, and no wrapper has taken the pid file yet. */
  | Launching
  /** It was started in another PID namespace or on another machine, where alone it can be judged. */
  | Elsewhere
  /** It was given up before a wrapper came: nothing of it runs, or will. */
  | Fenced
  /** Its wrapper lives, or what that started. */
  | Running
  /** Its coder is gone, and what that left is ended. */
  | Ending
  /** Nothing of it lives, and what shows its work is looked at. */
  | Verifying
  /** The verdict is on disk; the store may not know yet. */
  | Judged;

interface Claimed {
  readonly kind: "claimed";
  /** By this very supervisor, so that nothing of it can be alive before it was started. */
  readonly fresh: boolean;
  /** Where it will work, once that place is looked at. */
  readonly place: Place | undefined;
}

interface Launching {
  readonly kind: "launching";
  readonly record: AttemptRecord;
}

interface Elsewhere extends Started {
  readonly kind: "elsewhere";
}

interface Fenced {
  readonly kind: "fenced";
  /** None where it was given up before it was started. */
  readonly record: AttemptRecord | undefined;
}

export type Wrapper = Extract<PidFile, { kind: "wrapper" }>;

/** Monotonic times of what this supervisor saw or did. */
export interface Running {
  readonly kind: "running";
  readonly record: AttemptRecord;
  readonly wrapper: Wrapper;
  /** Its wrapper is gone, and what that started lives on. */
  readonly orphaned: boolean;
  readonly termedAt: number | undefined;
  readonly killedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly resultAt: number | undefined;
  /** After its work was over: when something of it was last seen open or coming, and what it had done by then. */
  readonly openAt: number | undefined;
  readonly acts: number | undefined;
  /** What it had printed when that last grew, in bytes, and when that was. */
  readonly grew: { readonly bytes: number; readonly at: number };
  /** Limits of which a person was told. */
  readonly warned: readonly LimitName[];
  /** The model's context, as an earlier run was told. */
  readonly window: number | undefined;
  readonly frozen: Frozen | undefined;
  /** Something of it waited for a person's answer at the last look; and when it was at work all the same. */
  readonly asked: boolean;
  readonly worked: readonly Span[];
  /** How much of that is on disk, in milliseconds. */
  readonly workKept: number;
  /** Undefined until first computed. */
  readonly life: Life | undefined;
}

/** Whether its processes were seen stopped, and when that was last checked. */
export interface Frozen {
  readonly at: number;
  readonly is: boolean;
}

export interface Ending extends Ended {
  readonly kind: "ending";
  /** Sweeps in a row that found nothing, and those that found something. */
  readonly quiet: number;
  readonly sweeps: number;
  /** Its log is read to the end. */
  readonly drained: boolean;
  /** The pids of the left-over processes that were said last. */
  readonly saidLeft: string;
  /** What it was before; what comes back to life continues from there. */
  readonly ran: Running | undefined;
}

export interface Verifying extends Ended {
  readonly kind: "verifying";
  /** What changed is written down, or is not to be. */
  readonly looked: boolean;
  /** Of the check that is being ended: when SIGTERM was sent, and sweeps in a row that found nothing. */
  readonly termedAt: number | undefined;
  readonly quiet: number;
  readonly frozen: Frozen | undefined;
}

interface Judged extends Ended {
  readonly kind: "judged";
}

interface Started {
  readonly record: AttemptRecord | undefined;
  /** Once there is one it never changes, and it outlives its file: a home that is deleted leaves no process running. */
  readonly wrapper: Wrapper | undefined;
}

interface Ended extends Started {
  /** Wall time at which one that had been seen at work was gone without an exit status. */
  readonly vanishedAt: number | undefined;
}

interface Known extends Identity {
  readonly fresh: boolean;
  /** As a supervisor before this one has written it down. */
  readonly wasAway?: Away;
}

export const newAttempt = ({ fresh, wasAway = NEVER_AWAY, ...identity }: Known): Attempt => ({
  ...identity,
  away: wasAway.spans,
  awayKept: keptOf(wasAway),
  state: { kind: "claimed", fresh, place: undefined },
});

/** What it was started with; undefined before that, and where its directory was deleted. */
export const recordOf = ({ state }: Pick<Attempt, "state">): AttemptRecord | undefined =>
  state.kind === "claimed" ? undefined : state.record;

export const wrapperOf = ({ state }: Pick<Attempt, "state">): Wrapper | undefined =>
  "wrapper" in state ? state.wrapper : undefined;

export const accountOf = (attempt: Pick<Attempt, "state" | "account">): string =>
  recordOf(attempt)?.account ?? attempt.account;

export const coderNameOf = (attempt: Pick<Attempt, "state" | "coderName">): string =>
  recordOf(attempt)?.coder ?? attempt.coderName;
