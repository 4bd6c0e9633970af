/** The observation of an attempt in one tick: facts of disk, process table and store, from which its state follows. Plain data. */
import type { RunState } from "../../attempts/evidence/check-run.ts";
import type { CheckResult } from "../../attempts/evidence/check-files.ts";
import type { Used } from "../../attempts/limits/measure.ts";
import type { AttemptRecord } from "../../attempts/records/record.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import type { Span } from "../../attempts/records/waits.ts";
import type { LimitName, Limits } from "../../settings/limits/limits.ts";
import type { Frozen, Wrapper } from "./attempt.ts";
import type { Life } from "./life.ts";
import type { Liveness } from "./liveness.ts";

export type Seen =
  /** Its directory or the process table can't be read just now: its state stays as it is. */
  | { readonly kind: "unseen" }
  /** Nothing of it is there yet. `stopped`: a reason to stop is. */
  | { readonly kind: "claimed"; readonly stopped: boolean }
  | {
      readonly kind: "launching";
      readonly record: AttemptRecord;
      /** The record was made before the machine went down. */
      readonly otherBoot: boolean;
      readonly stopped: boolean;
    }
  | {
      readonly kind: "elsewhere";
      readonly record: AttemptRecord;
      readonly wrapper: Wrapper | undefined;
      /** In words. */
      readonly where: string;
      readonly stopped: boolean;
    }
  | { readonly kind: "fenced"; readonly record: AttemptRecord | undefined }
  | ({ readonly kind: "running" } & RunSeen)
  | {
      readonly kind: "ended";
      readonly record: AttemptRecord | undefined;
      readonly wrapper: Wrapper | undefined;
      /** Its wrapper is gone without an exit status, under this supervisor's boot. */
      readonly isVanished: boolean;
      /** Its evidence; undefined while some of its processes may live. */
      readonly proof: ProofSeen | undefined;
    }
  | { readonly kind: "judged" };

/** A running attempt. */
export interface RunSeen {
  readonly record: AttemptRecord;
  readonly wrapper: Wrapper;
  readonly orphaned: boolean;
  /** Since the last look: time in which it was frozen. */
  readonly away: Span | undefined;
  readonly frozen: Frozen | undefined;
  /** A completion claim is in the store, or its agent has blocked the task; undefined where the store does not tell. */
  readonly finished: boolean | undefined;
  /** Its closing line was seen, and no background work is open. */
  readonly resulted: boolean;
  /** Its work is over: whether something of it is open yet, and what it has done by now. */
  readonly open: { readonly is: boolean; readonly acts: number | undefined } | undefined;
  readonly stop: StopReason | undefined;
  readonly limits: Limits;
  /** Milliseconds since its start that are not held against it. */
  readonly waited: number;
  /** Its usage against its limits, without time and silence. */
  readonly used: Used;
  /** Something of it waits for a person's answer. */
  readonly asks: boolean;
  /** When it was at work though something of it waited. */
  readonly worked: readonly Span[];
  /** Protected files that it surely changed: one line each. */
  readonly touched?: readonly string[];
  /** The bytes it has printed, and the limit. */
  readonly printed: { readonly bytes: number; readonly cap: number | undefined };
  readonly warned: readonly LimitName[];
  readonly context: {
    readonly tokens: number | undefined;
    readonly window: number | undefined;
    readonly threshold: number;
  };
  /** The size of the model's context, from an earlier attempt. */
  readonly window: number | undefined;
  readonly life: Life | undefined;
  /** Undefined if irrelevant: it is being stopped, or its work is over. */
  readonly liveness: Liveness | undefined;
}

/** An ended attempt. */
export type ProofSeen =
  /** The changes are being recorded. */
  | { readonly kind: "looking" }
  /** The changes are not recorded yet. */
  | { readonly kind: "unlooked" }
  /** It has no checks. */
  | { readonly kind: "unchecked" }
  /** A check was begun that has no result. */
  | {
      readonly kind: "open";
      readonly run: RunState;
      /** It was started where a person said that nothing is any more. */
      readonly isGone: boolean;
      readonly timeoutMs: number;
      readonly unwanted: StopReason | undefined;
      /** Since the last look: time in which it was frozen. */
      readonly away: Span | undefined;
      readonly frozen: Frozen | undefined;
    }
  /** No check is under way. */
  | {
      readonly kind: "between";
      /** Its verdict is due: the attempt claims to be done, and was neither stopped nor taken over. */
      readonly isWanted: boolean;
      /** For each check, the numbers of its started runs, and the results of those that ended. */
      readonly checks: readonly { readonly runs: readonly number[]; readonly results: readonly CheckResult[] }[];
      /** The state after them is written down, or can't be compared with anything. */
      readonly isLookedAgain: boolean;
    };
