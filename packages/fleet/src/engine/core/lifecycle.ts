/**
 * How an attempt ends, and what follows: the one table. docs/outcomes.md and docs/retries.md show it (a test compares them), the
 * judge takes its defaults from it, fate.ts and consequences.ts go by it. An outcome more is a name in
 * attempts/records/outcome.ts, as which it is written down, and a row here. Long, because it has a row for each. Pure.
 */
import type { Becomes, Hold, OutcomeKind } from "../../attempts/records/outcome.ts";

/** Where a task in progress stands when its attempt ends so. verifying: what it claims to have done is looked at
 * and checked · review: a person is to approve or reject it. */
export const STAGES = ["working", "verifying", "review"] as const;
type Stage = (typeof STAGES)[number];

/**
 * When the task is tried again.
 * at-once: as soon as there is a slot · backoff: after a pause that doubles with each counted try · one-pause: after the
 * first such pause, each time · account: as soon as its account may run again · person: when a person puts it back.
 */
const PAUSES = ["at-once", "backoff", "one-pause", "account", "person"] as const;
type Pause = (typeof PAUSES)[number];

interface Rule {
  readonly stage: Stage;
  /** Counts against max_attempts. */
  readonly counts: boolean;
  readonly becomes: Becomes;
  readonly pause: Pause;
  readonly holds: Hold;
  /** It shows that its coder starts in its directory, which ends what holds either of them. */
  readonly starts: boolean;
  /** Whether the next attempt continues in the same session of the coder, where it can. */
  readonly resume: boolean;
  /** In words, for people and for the docs. */
  readonly means: string;
  /** Why it is tried again then. */
  readonly because: string;
  /** What the next attempt is told; empty where there is none or nothing to say. */
  readonly advice: string;
}

export type Lifecycle = Readonly<Record<OutcomeKind, Rule>>;

export const LIFECYCLE: Lifecycle = {
  done: {
    stage: "verifying",
    counts: false,
    becomes: "closed",
    pause: "person",
    holds: "nothing",
    starts: true,
    resume: false,
    means: "closed by the agent, with proof of work",
    because: "it is closed; `fleet retry` opens it again",
    advice: "",
  },
  "claimed-done-unproven": {
    stage: "verifying",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "it claimed to be done, and nothing proves it",
    because: "the next prompt says what was missing",
    advice: "The last attempt claimed to be done without proof. Do the work, then close the task as told below.",
  },
  asked: {
    stage: "review",
    counts: false,
    becomes: "asked",
    pause: "person",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "it claimed to be done, and a person has to judge the proof",
    because: "a person approves or rejects what it claims",
    advice:
      "A person has looked at the work of the last attempt and rejected it. Continue from there with what they said.",
  },
  blocked: {
    stage: "working",
    counts: false,
    becomes: "keep",
    pause: "person",
    holds: "nothing",
    starts: true,
    resume: false,
    means: "the agent itself set the task to blocked, without a reason",
    because: "the agent said what it waits for",
    advice: "",
  },
  question: {
    stage: "working",
    counts: false,
    becomes: "blocked",
    pause: "person",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "it asked a person something, and stopped",
    because: "a person has to answer",
    advice: "The last attempt stopped to ask a person. Continue from there with what was answered above.",
  },
  "context-full": {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "at-once",
    holds: "nothing",
    starts: true,
    resume: false,
    means: "the model's context was nearly full; the next attempt starts fresh from PLAN and KNOWLEDGE",
    because: "a fresh session continues from PLAN and KNOWLEDGE",
    advice: "The last attempt ran out of context. Continue from your PLAN and KNOWLEDGE files; do not start over.",
  },
  "rate-limited": {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "account",
    holds: "account",
    starts: true,
    resume: true,
    means: "the account's limit was reached; the task waits for the reset",
    because: "the account waits for its reset, not the task",
    advice: "The last attempt was interrupted by a usage limit. Continue where it stopped.",
  },
  outage: {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "account",
    holds: "account",
    starts: true,
    resume: true,
    means: "the provider could not be reached, or could not answer; the account waits until it can",
    because: "nothing can run there until the provider answers again",
    advice: "The last attempt was interrupted because the model could not be reached. Continue where it stopped.",
  },
  auth: {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "account",
    holds: "account",
    starts: true,
    resume: true,
    means: "the coder is not signed in, or its key was refused",
    because: "the coder waits until a person has signed in",
    advice: "",
  },
  "no-credit": {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "account",
    holds: "account",
    starts: true,
    resume: true,
    means: "its credit is used up, or the provider has put the account on hold",
    because: "the account waits until it is paid for or freed",
    advice: "",
  },
  "session-lost": {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "one-pause",
    holds: "nothing",
    starts: true,
    resume: false,
    means: "the coder's session that it was to resume is gone; the next attempt starts fresh",
    because: "a fresh session continues from PLAN and KNOWLEDGE",
    advice: "The session of the last attempt is gone. Continue from your PLAN and KNOWLEDGE files; do not start over.",
  },
  "session-poisoned": {
    stage: "working",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "nothing",
    starts: true,
    resume: false,
    means: "the provider refuses the session's history; the next attempt starts fresh",
    because: "a fresh session continues from PLAN and KNOWLEDGE",
    advice: "The session of the last attempt can't be used any more. Continue from your PLAN and KNOWLEDGE files.",
  },
  stalled: {
    stage: "working",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "nothing came from it for too long",
    because: "what hung may hang again",
    advice: "The last attempt hung and was stopped. Avoid commands that wait for input or never end.",
  },
  "timed-out": {
    stage: "working",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "it ran longer than the task's limit",
    because: "it may need a longer limit, or another way",
    advice: "The last attempt ran out of time and was stopped. Continue from your PLAN and KNOWLEDGE files.",
  },
  "over-budget": {
    stage: "working",
    counts: true,
    becomes: "blocked",
    pause: "person",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "a cap on cost, tokens or turns was reached",
    because: "a person decides whether it may cost more",
    advice: "The last attempt was stopped at a limit, which a person has raised since. Continue where it stopped.",
  },
  "out-of-scope": {
    stage: "verifying",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "it claimed to be done, but changed files that it must not change",
    because: "the next prompt says what to restore; changes to protected paths wait for a person",
    advice:
      "The last attempt changed files that it must not change. Restore them as they were before the task began, and change only what is allowed.",
  },
  killed: {
    stage: "working",
    counts: false,
    becomes: "blocked",
    pause: "person",
    holds: "nothing",
    starts: false,
    resume: true,
    means: "a person stopped it",
    because: "the person who stopped it decides",
    advice: "",
  },
  "spawn-failed": {
    stage: "working",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "coder",
    starts: false,
    resume: false,
    means: "the coder could not be started",
    because: "it may be possible to start it again soon",
    advice: "",
  },
  "not-started": {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "one-pause",
    holds: "nothing",
    starts: false,
    resume: false,
    means: "it was claimed, but its process never started",
    because: "the machine was busy, or the supervisor went away",
    advice: "",
  },
  failed: {
    stage: "working",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "nothing",
    starts: true,
    resume: true,
    means: "the coder failed",
    because: "the cause may be gone",
    advice: "The last attempt failed. Find out why before you repeat it.",
  },
  interrupted: {
    stage: "working",
    counts: false,
    becomes: "open",
    pause: "one-pause",
    holds: "nothing",
    starts: false,
    resume: true,
    means:
      "it was ended by something not aimed at it: a signal that hit several processes, fleet itself, a shortage on the machine, or the end of its container",
    because: "it was not the task's fault, so it may start again at once",
    advice: "The last attempt was ended from outside, through no fault of yours. Continue where it stopped.",
  },
  lost: {
    stage: "working",
    counts: true,
    becomes: "open",
    pause: "backoff",
    holds: "nothing",
    starts: false,
    resume: true,
    means: "its process was gone without an exit status (killed from outside, or the machine went down)",
    because: "what killed it may still be there",
    advice: "The last attempt was cut off without a trace. Look at the state of the directory before you continue.",
  },
};

/** The pauses in words, for the docs. */
export const PAUSE_WORDS: Readonly<Record<Pause, string>> = {
  "at-once": "none",
  backoff: "`retry_backoff`, doubled with each counted try up to `retry_backoff_max`, plus up to a quarter of it",
  "one-pause": "`retry_backoff`, plus up to a quarter of it",
  account: "until its coder or account may run again",
  person: "until a person acts",
};
