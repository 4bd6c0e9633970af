/** The meaning of exit and stream together, as far as it is the same for every coder. */
import { type Cause, causeIn, isPassing, PROVIDERS, saysMachine, type Sentences } from "./cause.ts";
import { againIn } from "./clock.ts";
import type { Classification, CoderExit } from "./coder.ts";
import type { Facts } from "./facts.ts";
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
 * For a coder that prints a closing result. A good one is a claim, whatever the exit code: claude ends with 0 after SIGINT, and
 * with 143 when it was stopped after a good result because a background task kept it there. Whether it is believed is not
 * the coder's to say.
 */
export function classifyStream(
  exit: CoderExit,
  facts: Facts,
  stderrTail: string,
  sentences: Sentences = PROVIDERS,
): Classification {
  const unstarted = spawnFailure(exit, facts, stderrTail);
  if (unstarted !== undefined) return unstarted;
  const { result, limit, retrying, lastError } = facts;
  if (result?.ok === true) return { kind: "completed" };
  if (result !== undefined) {
    const reason = result.text === "" ? exitReason(exit, stderrTail) : short(result.text);
    return failedBy(result.cause ?? causeIn(sentences, reason) ?? "task", facts, reason);
  }
  if (limit?.state === "rejected") return failedBy(limit.scope, facts, short(limit.detail));
  // Signals come from outside: what it was trying then is not why it ended.
  if (signalOf(exit) !== undefined) return failed(exit, stderrTail);
  const told = retrying?.detail ?? lastError;
  if (told === undefined) return failedAsSaid(exit, stderrTail, sentences);
  return failedBy(retrying?.scope ?? causeIn(sentences, told) ?? "task", facts, short(`${exitName(exit)}: ${told}`));
}

/** For a coder that prints text only: the exit code, and what it says on standard error. */
export function classifyExit(
  exit: CoderExit,
  facts: Facts,
  stderrTail: string,
  sentences: Sentences = PROVIDERS,
): Classification {
  const unstarted = spawnFailure(exit, facts, stderrTail);
  if (unstarted !== undefined) return unstarted;
  if (exit.kind === "exited" && exit.code === 0) return { kind: "completed" };
  return signalOf(exit) === undefined ? failedAsSaid(exit, stderrTail, sentences) : failed(exit, stderrTail);
}

/** Lines of standard error in which a cause is looked for, the last first: what follows it is often only where to read more. */
const LAST_LINES = 12;

function failedAsSaid(exit: CoderExit, stderrTail: string, sentences: Sentences): Classification {
  const lines = stderrTail.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines.slice(-LAST_LINES).toReversed()) {
    const cause = causeIn(sentences, line);
    if (cause === undefined) continue;
    const clock = againIn(line);
    const reason = short(`${exitName(exit)}: ${line}`);
    return { kind: "failed", cause, reason, ...(clock === undefined ? {} : { clock }) };
  }
  return failed(exit, stderrTail);
}

/** With what the stream told of the limit that it was. */
export function failedBy(cause: Cause, { limit }: Facts, reason: string): Classification {
  const isOther = limit?.state !== "rejected" || (limit.scope === "outage") !== (cause === "outage");
  if (!isPassing(cause) || isOther) return { kind: "failed", cause, reason };
  return {
    kind: "failed",
    // That it was a window's is told by the limit alone.
    cause: cause === "minute" ? limit.scope : cause,
    ...(limit.until === undefined ? {} : { until: limit.until }),
    ...(limit.clock === undefined ? {} : { clock: limit.clock }),
    reason,
  };
}

export function failed(exit: CoderExit, stderrTail: string): Classification {
  const said = exit.kind === "exited" && exit.code === ABORTED ? machineLine(stderrTail) : undefined;
  if (said !== undefined) return { kind: "failed", cause: "machine", reason: short(`${exitName(exit)}: ${said}`) };
  const cause = saysMachine(lastLine(stderrTail)) ? "machine" : "task";
  return { kind: "failed", cause, reason: exitReason(exit, stderrTail) };
}

/** 128 + SIGABRT. */
const ABORTED = 134;

/** Node ends so where a thread is refused, and tells much else after that. */
const machineLine = (stderrTail: string): string | undefined => stderrTail.split("\n").find(saysMachine)?.trim();

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

function exitReason(exit: CoderExit, stderrTail: string): string {
  const said = lastLine(stderrTail);
  return short(said === "" ? exitName(exit) : `${exitName(exit)}: ${said}`);
}

function signalOf(exit: CoderExit): string | undefined {
  return exit.kind === "exited" ? SIGNALS.get(exit.code - 128) : undefined;
}

function exitName(exit: CoderExit): string {
  if (exit.kind === "unseen") return "ended, its exit status was lost";
  const signal = signalOf(exit);
  if (signal !== undefined) return `ended by ${signal}`;
  return exit.code === 0 ? "ended without a result" : `exit ${exit.code}`;
}

function short(text: string): string {
  return clip(oneLine(text), 300);
}
