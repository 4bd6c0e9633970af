/**
 * Which step a check needs that was begun: one that shows the work, or a run before the start (on the base, of its setup). What nobody saw come is
 * given up, what takes too long is asked to end and then made to, and what is over is swept. Pure.
 */
import type { Attempt } from "./attempt.ts";
import type { ProofSeen } from "./attempt-seen.ts";
import { awaySince } from "./away.ts";
import type { CheckStep, OpenCheck } from "./proof-step.ts";
import type { Limits } from "./world.ts";

type Open = Extract<ProofSeen, { kind: "open" }>;

/** How far it is. Time in which it could do nothing counts against nothing. `termedAt`: when it was asked to end. */
export function openCheck(
  { away }: Pick<Attempt, "away">,
  termedAt: number | undefined,
  { run, isGone, timeoutMs, unwanted }: Pick<Open, "run" | "isGone" | "timeoutMs" | "unwanted">,
): OpenCheck {
  switch (run.kind) {
    case "starting":
      return { kind: "starting", since: run.since + awaySince({ away }, run.since) };
    case "unknown":
      return { kind: isGone ? "checked" : "unknown" };
    case "over":
      return { kind: "checked" };
    case "running": {
      const startedAt = run.startedAt + awaySince({ away }, run.startedAt);
      return { kind: "checking", startedAt, timeoutMs, unwanted, stop: run.stop, termedAt };
    }
  }
}

interface Now {
  /** Monotonic. */
  readonly now: number;
  readonly limits: Pick<Limits, "launchGrace" | "killGrace">;
  /** The supervisor stops, and has waited as long as it was to. */
  readonly leaving: boolean;
}

/** Undefined while there is nothing to do but wait. */
export function checkStep(step: OpenCheck, { now, limits, leaving }: Now): CheckStep | undefined {
  switch (step.kind) {
    case "starting":
      return now - step.since > limits.launchGrace ? { kind: "fence" } : undefined;
    case "checking": {
      if (step.stop !== undefined) {
        if (step.termedAt === undefined) return { kind: "signal", signal: "SIGTERM" };
        return now - step.termedAt > limits.killGrace ? { kind: "signal", signal: "SIGKILL" } : undefined;
      }
      if (step.unwanted !== undefined) return { kind: "stop", reason: step.unwanted };
      if (now - step.startedAt > step.timeoutMs)
        return { kind: "stop", reason: { kind: "timed-out", afterMs: step.timeoutMs } };
      return leaving ? { kind: "stop", reason: { kind: "shutdown" } } : undefined;
    }
    case "unknown":
      return undefined;
    case "checked":
      return { kind: "sweep" };
  }
}

/** A run before the start of an attempt: on the base, or of its setup. */
interface Before extends Pick<Open, "run" | "timeoutMs"> {
  /** When this supervisor asked it to end. */
  readonly termedAt: number | undefined;
}

/** `now`: monotonic. */
export function stepBefore(
  { away }: Pick<Attempt, "away">,
  { run, timeoutMs, termedAt }: Before,
  now: number,
  limits: Now["limits"],
): CheckStep | undefined {
  const askedAt = termedAt === undefined ? undefined : termedAt + awaySince({ away }, termedAt);
  const open = openCheck({ away }, askedAt, { run, isGone: false, timeoutMs, unwanted: undefined });
  return checkStep(open, { now, limits, leaving: false });
}
