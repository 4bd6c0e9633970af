/** Which step the evidence of an attempt needs next: what changed is written down, then its checks run one by one. Pure. */
import { stateOf } from "../../attempts/evidence/check-plan.ts";
import type { Attempt, Verifying } from "./attempt.ts";
import type { ProofSeen } from "./attempt-seen.ts";
import { awaySince } from "./away.ts";
import type { ProofStep } from "./world.ts";

/** Undefined where nothing is missing: it can be judged. */
export function proofStep(
  { away }: Pick<Attempt, "away">,
  { termedAt }: Pick<Verifying, "termedAt">,
  seen: ProofSeen,
): ProofStep | undefined {
  switch (seen.kind) {
    case "looking":
      return { kind: "look", busy: true };
    case "unlooked":
      return { kind: "look", busy: false };
    case "unchecked":
      return undefined;
    case "open": {
      const { run, isGone, timeoutMs, unwanted } = seen;
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
    case "between":
      if (!seen.isWanted) return undefined;
      return dueCheck(seen.checks) ?? (seen.isLookedAgain ? undefined : { kind: "look", busy: false });
  }
}

/** The first that is not settled. */
function dueCheck(checks: Extract<ProofSeen, { kind: "between" }>["checks"]): ProofStep | undefined {
  for (const [at, { runs, results }] of checks.entries()) {
    const state = stateOf(results);
    if (state.kind === "due")
      return { kind: "check", check: at + 1, run: (runs.at(-1) ?? 0) + 1, whenQuiet: state.whenQuiet };
  }
  return undefined;
}
