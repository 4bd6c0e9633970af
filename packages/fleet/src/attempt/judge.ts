/**
 * The verdict on an attempt: pure, from what is on disk when nothing of it lives. A completion claim already recorded
 * outranks a later timeout or stop; a stop outranks the exit it caused; the coder's own classification comes last.
 */
import type { Capabilities, Classification } from "@fleet/coders/coder";
import type { Facts } from "@fleet/coders/facts";

import { duration } from "../duration.ts";
import { sizeText } from "../size.ts";
import { type Outcome, type OutcomeKind, RULES, type StopReason } from "./outcome.ts";

export interface Evidence {
  /** How the process side of it ended. */
  readonly end: "fenced" | "exited" | "unseen";
  readonly stop: StopReason | undefined;
  /** What the coder makes of exit and stream. */
  readonly classification: Classification;
  readonly facts: Facts;
  readonly capabilities: Capabilities;
  /** The reason given with a `bd close` from inside, while this attempt held the claim. */
  readonly completion: string | undefined;
  /** The store still names this attempt. */
  readonly held: boolean;
  /** The task's status in the store. */
  readonly status: string | undefined;
  /** The agent's notes, when it blocked the task itself. */
  readonly notes: string | undefined;
}

function verdict(kind: OutcomeKind, reason: string, more: Partial<Outcome> = {}): Outcome {
  const { counts, becomes } = RULES[kind];
  return { kind, reason, counts, becomes, ...more };
}

/** Is there work behind a claim of completion? Returns what is missing, or undefined. */
export function missingProof(facts: Facts, capabilities: Capabilities): string | undefined {
  if (capabilities.reportsTools && facts.toolsOk === 0) return "no tool ran to its end in this attempt";
  return undefined;
}

export function judge(e: Evidence): Outcome {
  if (e.end === "fenced") {
    // Stopped before it began: who stopped it decides what becomes of the task.
    if (e.stop !== undefined && e.stop.kind !== "finished") return stopped(e.stop);
    return verdict("not-started", "its process never came to be");
  }
  if (e.completion !== undefined) {
    const missing = missingProof(e.facts, e.capabilities);
    if (missing === undefined) return verdict("done", e.completion);
    return verdict("claimed-done-unproven", `closed from inside, but ${missing}`);
  }
  if (e.held && e.status === "blocked") return verdict("blocked", lastLine(e.notes) ?? "blocked by the agent");
  if (e.stop !== undefined && e.stop.kind !== "finished") return stopped(e.stop);
  if (!e.held) return verdict("killed", "the task was taken from it by hand", { becomes: "keep" });
  if (e.end === "unseen" && e.stop === undefined) return verdict("lost", "its process was gone without an exit status");
  return ended(e);
}

function stopped(stop: Exclude<StopReason, { kind: "finished" }>): Outcome {
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

function ended(e: Evidence): Outcome {
  const c = e.classification;
  switch (c.kind) {
    case "completed":
      if (e.facts.question !== undefined) return verdict("question", e.facts.question);
      if (e.capabilities.exitZero === "done") return verdict("done", "exit 0");
      return verdict("claimed-done-unproven", "it ended without closing the task");
    case "rate-limited":
      return verdict("rate-limited", c.reason, { until: c.until, parks: c.scope });
    case "auth":
      return verdict("auth", c.reason, { parks: "auth" });
    case "context-full": {
      // Full before anything was done: the next fresh session would be as full, for ever.
      const inVain = e.facts.toolsFinished === 0;
      return verdict(c.kind, inVain ? `${c.reason} (before any tool ran)` : c.reason, inVain ? { counts: true } : {});
    }
    case "over-budget":
    case "spawn-failed":
    case "failed":
      return verdict(c.kind, c.reason);
  }
}

function lastLine(text: string | undefined): string | undefined {
  return text?.trim().split("\n").at(-1);
}
