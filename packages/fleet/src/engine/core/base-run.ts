/** What a run before the attempt, on the base or of its setup, needs next. Pure. */
import type { RunState } from "../../attempts/evidence/check-run.ts";

export interface Bounds {
  readonly timeout: number;
  readonly killGrace: number;
  readonly launchGrace: number;
}

export type BaseStep =
  /** Nothing, for now. */
  | "wait"
  /** No process of it came to be: it is given up. */
  | "fence"
  /** Its time is over, which is written down, and it is asked to end. */
  | "stop"
  /** It was asked, and is still there. */
  | "kill"
  /** What it left is ended, and its result written. */
  | "sweep";

/** `now`: monotonic. */
export function baseStep(run: RunState, now: number, { timeout, killGrace, launchGrace }: Bounds): BaseStep {
  switch (run.kind) {
    case "starting":
      return now - run.since > launchGrace ? "fence" : "wait";
    case "running": {
      const over = now - run.startedAt - timeout;
      if (run.stop === undefined) return over > 0 ? "stop" : "wait";
      return over > killGrace ? "kill" : "wait";
    }
    case "unknown":
      return "wait";
    case "over":
      return "sweep";
  }
}
