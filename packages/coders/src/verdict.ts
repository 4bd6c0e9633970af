/** What exit and stream mean together, as far as it is the same for every coder. */
import type { Classification, CoderExit } from "./coder.ts";
import type { ResultCause } from "./events.ts";
import type { Facts } from "./facts.ts";
import { never } from "./never.ts";
import { clip, lastLine, oneLine } from "@fleet/kit/text";

const SIGNALS: ReadonlyMap<number, string> = new Map([
  [1, "SIGHUP"],
  [2, "SIGINT"],
  [3, "SIGQUIT"],
  [6, "SIGABRT"],
  [9, "SIGKILL"],
  [11, "SIGSEGV"],
  [13, "SIGPIPE"],
  [15, "SIGTERM"],
]);

/**
 * For a coder that prints a closing result. The result decides, not the exit code: claude ends with 0 after SIGINT, and
 * with 143 when it was stopped after a good result because a background task kept it there.
 */
export function classifyStream(exit: CoderExit, facts: Facts, stderrTail: string): Classification {
  const unstarted = spawnFailure(exit, facts, stderrTail);
  if (unstarted !== undefined) return unstarted;
  if (facts.result?.ok === true) {
    const badly = exit.kind === "exited" && exit.code > 0 && exit.code <= 128;
    return badly ? failed(exit, stderrTail) : { kind: "completed" };
  }
  if (facts.result !== undefined) {
    const reason = facts.result.text === "" ? exitReason(exit, stderrTail) : short(facts.result.text);
    return classifyCause(facts.result.cause ?? "other", facts, reason);
  }
  if (facts.limit?.state === "rejected") return rateLimited(facts, short(facts.limit.detail));
  return failed(exit, stderrTail);
}

/** For a coder that prints text only: the exit code is all there is. */
export function classifyExit(exit: CoderExit, facts: Facts, stderrTail: string): Classification {
  const unstarted = spawnFailure(exit, facts, stderrTail);
  if (unstarted !== undefined) return unstarted;
  return exit.kind === "exited" && exit.code === 0 ? { kind: "completed" } : failed(exit, stderrTail);
}

export function classifyCause(cause: ResultCause, facts: Facts, reason: string): Classification {
  switch (cause) {
    case "rate-limit":
      return rateLimited(facts, reason);
    case "overload":
      return { kind: "rate-limited", scope: "minute", reason };
    case "auth":
      return { kind: "auth", reason };
    case "context-full":
      return { kind: "context-full", reason };
    case "budget":
    case "turns":
      return { kind: "over-budget", reason };
    case "other":
      return { kind: "failed", reason };
    default:
      return never(cause);
  }
}

/** What an HTTP status of the model's API says. 402 (nothing left to pay with) needs a person, as 401 does. */
export function causeOfStatus(status: number | undefined): ResultCause {
  switch (status ?? 0) {
    case 401:
    case 402:
    case 403:
      return "auth";
    case 429:
      return "rate-limit";
    case 503:
    case 529:
      return "overload";
    default:
      return "other";
  }
}

export function failed(exit: CoderExit, stderrTail: string): Classification {
  return { kind: "failed", reason: exitReason(exit, stderrTail) };
}

/** 126 and 127 are the shell's way of saying "not executable" and "not found", if nothing was printed before. */
function spawnFailure(exit: CoderExit, facts: Facts, stderrTail: string): Classification | undefined {
  if (exit.kind === "unseen" || (exit.code !== 126 && exit.code !== 127) || facts.events > 0) return undefined;
  const said = lastLine(stderrTail);
  // The wrapper's shell: "attempt: 11: exec: codex: not found" (dash), "…line 11: exec: codex: not found" (bash).
  const name = /^(?:fleet-)?attempt:.*?exec: (.+?): (?:not found|.*[Pp]ermission denied)/.exec(said)?.[1];
  const why = exit.code === 126 ? "can't be executed" : "was not found on the task's PATH";
  if (name !== undefined)
    return { kind: "spawn-failed", reason: `${name} ${why}: fleet coders says how to install it` };
  return { kind: "spawn-failed", reason: said || `the command ${why} (exit ${exit.code})` };
}

/** Only a window that was refused is a window's limit; all else (an API key's 429) passes within minutes. */
function rateLimited(facts: Facts, reason: string): Classification {
  const { limit } = facts;
  if (limit?.state !== "rejected" || limit.scope !== "window") return { kind: "rate-limited", scope: "minute", reason };
  return {
    kind: "rate-limited",
    scope: "window",
    ...(limit.until === undefined ? {} : { until: limit.until }),
    ...(limit.clock === undefined ? {} : { clock: limit.clock }),
    reason,
  };
}

function exitReason(exit: CoderExit, stderrTail: string): string {
  const said = lastLine(stderrTail);
  return short(said === "" ? exitName(exit) : `${exitName(exit)}: ${said}`);
}

function exitName(exit: CoderExit): string {
  if (exit.kind === "unseen") return "ended, its exit status was lost";
  const signal = SIGNALS.get(exit.code - 128);
  if (signal !== undefined) return `ended by ${signal}`;
  return exit.code === 0 ? "ended without a result" : `exit ${exit.code}`;
}

function short(text: string): string {
  return clip(oneLine(text), 300);
}
