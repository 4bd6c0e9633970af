/**
 * The world as the supervisor sees it, plain data. `plan` goes from it to what is to be done (action.ts).
 * Times are milliseconds; `now` is CLOCK_MONOTONIC (a laptop's sleep and a changed clock do not move it), `wall` is 1970's.
 */
import type { AttemptRef } from "@fleet/store/decision";

import type { Finding, Recording } from "./action.ts";
import type { Away } from "./away.ts";
import type { Slot } from "./accounts/choose.ts";
import type { Parks } from "./accounts/parks.ts";
import type { AccountsSeen } from "./accounts/keep.ts";
import type { Breakers } from "./breaker.ts";
import type { Via } from "../../settings/land.ts";
import type { Otherwise } from "../../workspaces/beginning.ts";
import type { WorkBase } from "../../settings/work-base.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import type { LimitName, Limits as TaskLimits } from "../../settings/limits/limits.ts";
import type { Used } from "../../attempts/limits/measure.ts";
import type { Span } from "../../attempts/records/waits.ts";
import type { Place } from "../../attempts/evidence/place.ts";
import type { SameFiles } from "../../settings/same-files.ts";
import type { LandingView, ToLand } from "./landing.ts";
import type { Liveness } from "./liveness.ts";
import type { Obstacle } from "./reason.ts";
import type { FleetHold } from "./machine.ts";
import type { Was } from "./strayed.ts";
import type { ProofStep } from "./proof-step.ts";

/** A project, by its directory, and how many attempts may run in it at once. */
export interface Room {
  readonly dir: string;
  readonly max: number;
}

/** A task that is not finished. */
export interface TaskView {
  readonly id: string;
  readonly coder: string;
  /** Where that is looked for, as `Looked` of breaker.ts has it. */
  readonly path?: string | undefined;
  readonly cwd: string;
  /** The top of the working tree of git that this is in, where that is known: attempts in there run concurrently with it. */
  readonly tree?: string;
  /** The system gives no answer there. */
  readonly silent?: boolean;
  /** It works in a clone of its directory: who else is there is nothing to it. */
  readonly isolated?: boolean;
  /** Its coder is an agent: one at a time works in a directory, unless a person allows more. */
  readonly isAgent?: boolean;
  /** Where its work begins there, and which branch it is for, where that is said. */
  readonly base?: WorkBase;
  readonly target?: string | undefined;
  /** How its work is to land; undefined where nothing of it is. */
  readonly via?: Via | undefined;
  /** It is to work in one, and none can be made: why, and what changes it. */
  readonly noClone?: string;
  /** The settings of the task that would change that. */
  readonly otherwise?: Otherwise | undefined;
  /** Where its directory was when somebody said that the work belongs there, as this home saw it. */
  readonly was?: Was | undefined;
  /** It is not there any more: why not. */
  readonly strayed?: string;
  /** The project that says how its workspace is set up, by directory. */
  readonly setup?: string | undefined;
  /** How many attempts may run in its directory at once, where a person said so. */
  readonly maxPerCwd?: number | undefined;
  /** The paths it may change, as absolute patterns; none if it does not say. */
  readonly touches?: readonly string[];
  /** What to do while another attempt that may change the same files runs; `ignore` by default. */
  readonly sameFiles?: SameFiles;
  /** The projects around that directory that hold only so many, the innermost first. */
  readonly rooms?: readonly Room[];
  /** Wall time before which it is not to be dispatched; 0 for none. */
  readonly notBefore: number;
  /** How its last attempt ended, where that is why it is not to be dispatched yet. */
  readonly after: string | null;
  /** The account on which it has a session to resume. */
  readonly sessionAccount?: string | undefined;
  /** Its work is accepted, and the supervisor lands it. */
  readonly landing?: ToLand | undefined;
  /** It would begin with the work of these tasks, which is accepted and has not landed. */
  readonly onto?: readonly string[] | undefined;
  /** Reasons in the store against starting it; a date among them may be past by now. Empty if it could start. */
  readonly obstacles: readonly Obstacle[];
}

/** Why no task at all can begin in a directory: no clone can be made of it; it is not where it was. */
export interface NoStart {
  readonly kind: "no-clone" | "strayed";
  readonly why: string;
  /** For a clone: the settings of the task that would change that. */
  readonly otherwise?: Otherwise | undefined;
}

/** The phase of an attempt. Each is a fact on disk or in the process table, never in memory only. */
export type Phase =
  /** The claim is in the store; its directory is not there, or its record is not. `stopped`: a reason to stop is. */
  | { readonly kind: "claimed"; readonly stopped: boolean }
  /** The record is there; no wrapper has taken the pid file yet. `since`: monotonic time of the record. */
  | { readonly kind: "launching"; readonly since: number; readonly otherBoot: boolean; readonly stopped: boolean }
  /** Its directory or the process table can't be read just now: whether it lives is not known, and nothing is done about it. */
  | { readonly kind: "unseen" }
  /**
   * It was started in another PID namespace or on another machine, where alone it can be judged. `where`: in words.
   * `stopped`: a reason to stop is on disk, for the supervisor there.
   */
  | { readonly kind: "elsewhere"; readonly where: string; readonly stopped: boolean }
  /** It was given up before a wrapper came. */
  | { readonly kind: "fenced" }
  | ({ readonly kind: "running" } & Running)
  /** The coder is gone. `quiet`: how many sweeps in a row found nothing; `drained`: its log is read to the end. */
  | { readonly kind: "ended"; readonly quiet: number; readonly drained: boolean }
  /** Nothing of it lives, and what it shows is being looked at. */
  | { readonly kind: "proving"; readonly step: ProofStep }
  /** The verdict is on disk; the store may not know yet. */
  | { readonly kind: "judged" };

export interface Running {
  readonly startedAt: number;
  /** Milliseconds since then that are not held against it: it waited for a person, or the machine slept. */
  readonly away?: number;
  readonly limits: TaskLimits;
  /** Its usage against its limits, without time. */
  readonly used: Used;
  /** Limits of which a person was told that they are nearly used up. */
  readonly warned: readonly LimitName[];
  readonly stop: StopReason | undefined;
  /** When SIGTERM was sent by this supervisor. */
  readonly termedAt: number | undefined;
  /** A completion claim of this attempt is in the store, or the agent has blocked the task. */
  readonly finishedAt: number | undefined;
  /** The coder's closing line was seen, with no background work open. */
  readonly resultAt: number | undefined;
  /** When something of it was last seen open after that: a tool, a child at work, words that came. */
  readonly openAt?: number | undefined;
  /** Protected files that it surely changed: one line each. */
  readonly touched?: readonly string[];
  /** The bytes it has printed, and the limit; undefined if there is none. */
  readonly printed?: { readonly bytes: number; readonly cap: number } | undefined;
  /** How full the context of its model is; from this share of it on it is stopped. */
  readonly context: { readonly tokens: number; readonly window: number; readonly threshold: number } | undefined;
  /** Whether it works, waits or hangs; undefined if irrelevant by now (it is being stopped, or its work is over). */
  readonly liveness?: Liveness | undefined;
  /** The verdict that its record has, by `verdictKey`; undefined while this supervisor has written none. */
  readonly shown?: string | undefined;
  /** When it worked beside a wait, where enough of that is not on disk yet. */
  readonly unkept?: readonly Span[] | undefined;
}

/**
 * What the store says of an attempt's claim.
 * held: it names this attempt · gone: it names another or none, or the task was closed or reopened by hand ·
 * unknown: the store, or this task's line, can't be read, and nothing is done on that.
 */
export type Claim = "held" | "gone" | "unknown";

export interface AttemptView {
  readonly task: string;
  readonly ref: AttemptRef;
  readonly coder: string;
  readonly path?: string | undefined;
  readonly account: string;
  /** The directory of its task. */
  readonly cwd: string;
  /** As that of a task. */
  readonly tree?: string;
  /** It works in a clone of that, so that it takes no room there. */
  readonly isolated?: boolean;
  readonly isAgent?: boolean;
  /** Its git working tree or directory; without one `cwd` counts. */
  readonly place?: Place;
  readonly claim: Claim;
  readonly phase: Phase;
  /** Events of its log were decoded that events.jsonl does not have. */
  readonly unwritten?: boolean;
  /** It told something new of its account's usage windows. */
  readonly toldUse?: boolean;
  /** Time in which it could do nothing, where enough of that is not on disk yet. */
  readonly away?: Away | undefined;
}

/**
 * running: claims and watches · paused: watches, claims nothing · draining: as paused, until nothing runs ·
 * stopping: waits for what runs until `deadline`, then stops it and exits · unreadable: as paused, because what was said of
 * that can't be read · blind: as paused, because the process table can't be read · unsettled: as paused, because there are no
 * valid settings · unsupervised: no supervisor · elsewhere: one may run out of sight of this machine.
 */
export type Mode =
  | { readonly kind: "running" }
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "blind"; readonly why: string }
  | { readonly kind: "unsettled"; readonly why: string }
  | { readonly kind: "unsupervised" }
  | { readonly kind: "elsewhere"; readonly where: string }
  | { readonly kind: "paused" }
  | { readonly kind: "draining" }
  | { readonly kind: "stopping"; readonly deadline: number };

export interface Limits {
  readonly maxConcurrent: number;
  readonly maxPerCoder: Readonly<Record<string, number>>;
  readonly killGrace: number;
  readonly finishGrace: number;
  readonly launchGrace: number;
  /** After a park, an account takes one more attempt each time this passes. */
  readonly limitStagger: number;
  /** A session whose account is parked: wait for it, or start fresh on another. */
  readonly onParked: "wait" | "fresh";
}

export interface World {
  readonly now: number;
  readonly wall: number;
  readonly mode: Mode;
  /** The store could not be read: what it says of tasks and claims is unknown, which is not the same as absent. */
  readonly unknown: boolean;
  readonly limits: Limits;
  /** A coder without any here has one that is named as it is. */
  readonly accounts: readonly Slot[];
  /** Accounts that are parked, until this wall time (Infinity: until a person acts). */
  readonly parked: Readonly<Record<string, number>>;
  /** The reason of each. */
  readonly parkedWhy: Readonly<Record<string, string>>;
  /** Open circuit breakers by their keys: from which wall time one attempt at once is let through; see breaker.ts. */
  readonly tripped: {
    readonly coders: Readonly<Record<string, number>>;
    readonly dirs: Readonly<Record<string, number>>;
    readonly setups?: Readonly<Record<string, number>>;
  };
  /** The same in full, for words about them. */
  readonly breakers: Breakers;
  /** The ones that only pause for a moment. */
  readonly paused: readonly string[];
  /** Accounts whose hold may still be justified: one attempt at a time tries. */
  readonly onTrial?: readonly string[];
  /** Accounts that wait for midnight, or the whole fleet: their running attempts are stopped. */
  readonly spentUp: Readonly<Record<string, { readonly reason: string; readonly until: string | null }>>;
  /** The hold of the whole fleet: nothing starts, running attempts continue. */
  readonly hold?: FleetHold | undefined;
  /** The disk of the home holds names that differ by the case of their letters for one. */
  readonly ignoresCase?: boolean;
  /** All that are not finished, in the order of dispatch. */
  readonly tasks: readonly TaskView[];
  readonly attempts: readonly AttemptView[];
  /** Work that lands automatically, in its current state. */
  readonly landings?: readonly LandingView[];
  /** Other findings of the tick that are to be written down. */
  readonly findings?: readonly Finding[];
  /** Actions on the accounts. */
  readonly upkeep?: readonly Recording[];
}

/** The observed world, without what follows from the observed accounts. */
export interface Sight extends Omit<World, keyof Parks | "upkeep"> {
  readonly accountsSeen: AccountsSeen;
}
