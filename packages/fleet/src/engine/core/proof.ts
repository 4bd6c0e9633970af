/** Which step the evidence of an attempt needs next: what changed is written down, then its checks run one by one. Pure. */
import { stateOf } from "../../attempts/evidence/check-plan.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import type { Attempt, Verifying } from "./attempt.ts";
import type { ProofSeen } from "./attempt-seen.ts";
import { openCheck } from "./check-step.ts";
import type { ProofStep } from "./proof-step.ts";
import type { Claim } from "./world.ts";

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
    case "open":
      return openCheck({ away }, termedAt, seen);
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

/** A person stopped it, or the task has another owner by now: its checks are pointless. */
export function whyUnwanted(stop: StopReason | undefined, claim: Claim): StopReason | undefined {
  if (stop?.kind === "killed" || stop?.kind === "by-hand") return stop;
  return claim === "gone" ? { kind: "claim-lost" } : undefined;
}
