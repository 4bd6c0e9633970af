/** An attempt as the plan sees it: from its state, and from what the last tick saw but did not record. Pure. */
import { QUIET_SWEEPS } from "./advance.ts";
import { covered } from "../../attempts/records/waits.ts";
import type { Attempt, Running as Ran } from "./attempt.ts";
import type { RunSeen, Seen } from "./attempt-seen.ts";
import { awaySince } from "./away.ts";
import { proofStep } from "./proof.ts";
import type { Phase, Running } from "./world.ts";

/** `attempt`: as it is after that look. */
export function phaseOf(attempt: Attempt, seen: Seen, now: number): Phase {
  const { state } = attempt;
  switch (seen.kind) {
    case "unseen":
    case "claimed":
      return seen;
    case "judged":
    case "fenced":
      return { kind: seen.kind };
    case "launching": {
      const { record, otherBoot, stopped } = seen;
      const since = record.monotonic + awaySince(attempt, record.monotonic);
      return { kind: "launching", since, otherBoot, stopped };
    }
    case "elsewhere":
      return { kind: "elsewhere", where: seen.where, stopped: seen.stopped };
    case "running":
      return state.kind === "running" ? { kind: "running", ...running(state, seen, now) } : { kind: "unseen" };
    case "ended": {
      if (state.kind === "ending") return { kind: "ended", quiet: state.quiet, drained: state.drained };
      if (state.kind !== "verifying" || seen.proof === undefined) return { kind: "unseen" };
      const step = proofStep(attempt, state, seen.proof);
      return step === undefined ? OVER : { kind: "proving", step };
    }
  }
}

/** So many milliseconds of work beside a wait may be lost with a supervisor. */
const WORTH_KEEPING = 1_000;

/** What it shows is all there. */
const OVER: Phase = { kind: "ended", quiet: QUIET_SWEEPS, drained: true };

function running(state: Ran, seen: RunSeen, now: number): Running {
  const { record, stop, limits, printed, context } = seen;
  return {
    startedAt: record.monotonic,
    away: seen.waited,
    limits,
    used: { ...seen.used, idle: now - state.grew.at },
    warned: state.warned,
    stop,
    termedAt: state.termedAt,
    finishedAt: state.finishedAt,
    resultAt: state.resultAt,
    openAt: state.openAt,
    ...(seen.touched === undefined ? {} : { touched: seen.touched }),
    printed: printed.cap === undefined ? undefined : { bytes: printed.bytes, cap: printed.cap },
    context:
      context.tokens === undefined || context.window === undefined
        ? undefined
        : { tokens: context.tokens, window: context.window, threshold: context.threshold },
    shown: state.life?.shown,
    unkept: covered(state.worked) - state.workKept >= WORTH_KEEPING ? state.worked : undefined,
    liveness: seen.liveness,
  };
}
