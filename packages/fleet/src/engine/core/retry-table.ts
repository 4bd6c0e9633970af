/**
 * When a task is tried again, by how its attempt ended: the one table, which docs/retries.md shows. What becomes of the task
 * and whether the attempt counts is in outcome.ts.
 */
import type { Hold, Outcome, OutcomeKind } from "../../attempts/records/outcome.ts";
import type { Sign } from "./breaker.ts";

/**
 * at-once: as soon as there is a slot · backoff: after a pause that doubles with each counted try · one-pause: after the
 * first such pause, each time · account: as soon as its coder may run again · person: when somebody puts it back.
 */
const PAUSES = ["at-once", "backoff", "one-pause", "account", "person"] as const;
export type Pause = (typeof PAUSES)[number];

export interface RetryRule {
  readonly pause: Pause;
  /** What it tells the circuit breaker of its coder and directory; see breaker.ts. */
  readonly breaker: "failure" | "success" | "nothing";
  /** Why, in words. */
  readonly because: string;
}

export const RETRY: Readonly<Record<OutcomeKind, RetryRule>> = {
  done: { pause: "person", breaker: "success", because: "it is closed; `fleet retry` opens it again" },
  "claimed-done-unproven": {
    pause: "backoff",
    breaker: "success",
    because: "the next attempt is told what was missing",
  },
  blocked: { pause: "person", breaker: "success", because: "the agent said what it waits for" },
  question: { pause: "person", breaker: "success", because: "somebody has to answer" },
  "context-full": { pause: "at-once", breaker: "success", because: "a fresh session goes on from PLAN and KNOWLEDGE" },
  "rate-limited": { pause: "account", breaker: "success", because: "the account waits for its reset, not the task" },
  auth: { pause: "account", breaker: "success", because: "the coder waits until somebody has signed in" },
  stalled: { pause: "backoff", breaker: "success", because: "what hung may hang again" },
  "timed-out": { pause: "backoff", breaker: "success", because: "it may need a longer limit, or another way" },
  "over-budget": { pause: "person", breaker: "success", because: "somebody decides whether it may cost more" },
  "out-of-scope": { pause: "person", breaker: "success", because: "somebody looks at what was changed" },
  killed: { pause: "person", breaker: "nothing", because: "who stopped it decides" },
  "spawn-failed": {
    pause: "backoff",
    breaker: "failure",
    because: "what can't be started now may be there again soon",
  },
  "not-started": {
    pause: "one-pause",
    breaker: "nothing",
    because: "the machine was busy, or the supervisor went away",
  },
  failed: { pause: "backoff", breaker: "success", because: "whatever it was may be over" },
  interrupted: {
    pause: "one-pause",
    breaker: "nothing",
    because: "it was nobody's failure, and may come again at once",
  },
  lost: { pause: "backoff", breaker: "nothing", because: "what killed it may still be about" },
};

/** What gets nothing new after such an end. */
export const holdOf = ({ kind, holds }: Pick<Outcome, "kind" | "holds">): Hold =>
  holds ?? (RETRY[kind].breaker === "failure" ? "coder" : kind === "auth" ? "account" : "nothing");

/** What an attempt's end tells the breakers of its coder and its directory. */
export function signOf({ kind, reason, holds }: Pick<Outcome, "kind" | "reason" | "holds">): Sign {
  switch (holdOf({ kind, holds })) {
    case "coder":
      return { kind: "coder-missing", reason };
    case "directory":
      return { kind: "directory-gone", reason };
    case "account":
    case "nothing":
      return { kind: RETRY[kind].breaker === "success" ? "started" : "nothing" };
  }
}

/** The pauses in words, for the docs. */
export const PAUSE_WORDS: Readonly<Record<Pause, string>> = {
  "at-once": "none",
  backoff: "`retry_backoff`, doubled with each counted try up to `retry_backoff_max`, plus up to a quarter of it",
  "one-pause": "`retry_backoff`, plus up to a quarter of it",
  account: "until its coder or account may run again",
  person: "until a person acts",
};
