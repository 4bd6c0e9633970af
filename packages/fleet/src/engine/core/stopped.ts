/** The verdict on an attempt that was stopped, by the reason for it. Pure. */
import { duration } from "@fleet/kit/duration";
import { sizeText } from "@fleet/kit/size";
import { someOf } from "@fleet/kit/text";

import { FLAG, measureText } from "../../attempts/limits/measure.ts";
import type { Outcome } from "../../attempts/records/outcome.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import { verdict } from "./verdict.ts";

/** It was stopped for the time that passed, not for what it did. */
export const isTimeUp = (stop: StopReason): boolean =>
  stop.kind === "timed-out" || stop.kind === "stalled" || (stop.kind === "over-limit" && stop.limit === "idle");

const NAMED = 5;

export function stopped(stop: Exclude<StopReason, { kind: "finished" }>): Outcome {
  switch (stop.kind) {
    case "killed":
      return verdict("killed", `killed by ${stop.by}`);
    case "by-hand":
      return verdict("killed", `stopped, because ${stop.by} did ${stop.verb} on the task by hand`, {
        becomes: "set-aside",
      });
    case "claim-lost":
      return verdict("killed", "stopped, because the task was taken from it by hand", { becomes: "keep" });
    case "timed-out":
      return verdict("timed-out", `ran for ${duration(stop.afterMs)}, the task's limit`);
    case "over-limit":
      return stop.limit === "idle"
        ? verdict("stalled", `${duration(stop.used)} without a sign, its limit (${FLAG.idle} ${duration(stop.of)})`)
        : verdict("over-budget", `used ${measureText(stop)} (${FLAG[stop.limit]} raises it)`);
    case "daily-limit":
      return verdict("rate-limited", stop.reason, stop.until === null ? {} : { until: stop.until });
    case "stalled": {
      const { idleMs, last } = stop;
      const after = last === "" ? "it never did anything" : `last: ${last}`;
      return verdict("stalled", `nothing came from it for ${duration(idleMs)}; ${after}`);
    }
    case "waiting":
      return waited(stop);
    case "protected":
      return verdict("out-of-scope", `stopped, because it changed what is protected: ${someOf(stop.lines, NAMED)}`, {
        becomes: "blocked",
      });
    case "log-full":
      return verdict("over-budget", `it printed ${sizeText(stop.bytes)}, more than log_cap (${sizeText(stop.cap)})`);
    case "context-full": {
      const percent = Math.round((100 * stop.tokens) / stop.window);
      return verdict("context-full", `context ${percent}% full (${stop.tokens} of ${stop.window} tokens)`);
    }
    case "shutdown":
      return verdict("killed", "stopped with the supervisor", { becomes: "open" });
  }
}

/** It stood still for a person: what was asked is now that person's, and signing in is a matter of the whole account. */
function waited({ for: need, text }: Extract<StopReason, { kind: "waiting" }>): Outcome {
  switch (need) {
    case "question":
      return verdict("question", text);
    case "permission":
      return verdict("question", `it waited for permission, which can't be given here: ${text}`);
    case "login":
      return verdict("auth", `it waited for a sign-in: ${text}`, { parks: "auth" });
  }
}
