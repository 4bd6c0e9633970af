/** The steps of collecting evidence before an attempt is judged. Plain data. */
import type { StopReason } from "../../attempts/records/stop.ts";

/** The next thing that the evidence of an attempt needs before it can be judged. */
export type ProofStep =
  /** The changes are not recorded yet; `busy`: that is under way. */
  | { readonly kind: "look"; readonly busy: boolean }
  /** A check has no result. `whenQuiet`: it failed beside another attempt, so it counts only when none is there. */
  | { readonly kind: "check"; readonly check: number; readonly run: number; readonly whenQuiet: boolean }
  | OpenCheck;

/** A check that was begun and has no result. */
export type OpenCheck =
  /** Its process is on its way, since a monotonic time. */
  | { readonly kind: "starting"; readonly since: number }
  /** It runs. `unwanted`: its result is no longer needed (the claim is gone, a person stopped the attempt). */
  | {
      readonly kind: "checking";
      readonly startedAt: number;
      readonly timeoutMs: number;
      readonly unwanted: StopReason | undefined;
      readonly stop: StopReason | undefined;
      readonly termedAt: number | undefined;
    }
  /** It was started elsewhere, or the system does not tell: nothing is done about it. */
  | { readonly kind: "unknown" }
  /** It has ended: what it left is to be ended, then its result written. */
  | { readonly kind: "checked" };

export type Proof =
  /** Write down what changed. */
  { readonly kind: "look" } | { readonly kind: "check"; readonly check: number; readonly run: number } | CheckStep;

/** An action on a started check. */
export type CheckStep =
  /** It never got as far as a process, and is given up. */
  | { readonly kind: "fence" }
  /** Why it is to end is written down; signals follow. */
  | { readonly kind: "stop"; readonly reason: StopReason }
  | { readonly kind: "signal"; readonly signal: "SIGTERM" | "SIGKILL" }
  /** End its leftover processes and write its result. */
  | { readonly kind: "sweep" };
