/**
 * How an attempt ends. An outcome is written once, when nothing of the attempt lives any more, and says by itself what
 * becomes of the task: nobody needs to remember a rule that is not in this table.
 */

export const OUTCOMES = [
  "done",
  "claimed-done-unproven",
  "blocked",
  "question",
  "context-full",
  "rate-limited",
  "auth",
  "stalled",
  "timed-out",
  "over-budget",
  "out-of-scope",
  "killed",
  "spawn-failed",
  "not-started",
  "failed",
  "interrupted",
  "lost",
] as const;

export type OutcomeKind = (typeof OUTCOMES)[number];

/**
 * What becomes of the task.
 * closed · open: back to the queue · blocked: waits for a person · keep: whoever changed its status meanwhile has decided ·
 * set-aside: open, but not dispatched for a moment, because a person is at work on it.
 */
export const BECOMES = ["closed", "open", "blocked", "keep", "set-aside"] as const;
type Becomes = (typeof BECOMES)[number];

/**
 * What gets nothing new after such an end, and nothing beside it.
 * account: the one that it ran on (a limit, signing in) · coder: that coder, where it was looked for · directory: the
 * task's · nothing.
 */
export const HOLDS = ["account", "coder", "directory", "nothing"] as const;
export type Hold = (typeof HOLDS)[number];

export interface OutcomeRule {
  /** Counts against max_attempts. */
  readonly counts: boolean;
  readonly becomes: Becomes;
  /** Whether the next attempt goes on in the same session of the coder, where it can. */
  readonly resume: boolean;
  /** In words, for people and for the docs. */
  readonly means: string;
  /** What the next attempt is told; empty where there is none or nothing to say. */
  readonly advice: string;
}

export const RULES: Readonly<Record<OutcomeKind, OutcomeRule>> = {
  done: {
    counts: false,
    becomes: "closed",
    resume: false,
    means: "closed from inside, with work behind it",
    advice: "",
  },
  "claimed-done-unproven": {
    counts: true,
    becomes: "open",
    resume: true,
    means: "it said that it was done, and nothing shows it",
    advice: "The last attempt claimed to be done without proof. Do the work, then close the task as told below.",
  },
  blocked: {
    counts: false,
    becomes: "keep",
    resume: false,
    means: "the agent itself set the task to blocked, without a word",
    advice: "",
  },
  question: {
    counts: false,
    becomes: "blocked",
    resume: true,
    means: "it asked a person something, and stopped",
    advice: "The last attempt stopped to ask a person. Go on from there with what was answered above.",
  },
  "context-full": {
    counts: false,
    becomes: "open",
    resume: false,
    means: "the model's context was nearly full; the next attempt starts fresh from PLAN and KNOWLEDGE",
    advice: "The last attempt ran out of context. Go on from your PLAN and KNOWLEDGE files; do not start over.",
  },
  "rate-limited": {
    counts: false,
    becomes: "open",
    resume: true,
    means: "the account's limit was met; the task waits for the reset",
    advice: "The last attempt was interrupted by a usage limit. Go on where it stopped.",
  },
  auth: {
    counts: false,
    becomes: "open",
    resume: true,
    means: "the coder is not signed in, or its key was refused",
    advice: "",
  },
  stalled: {
    counts: true,
    becomes: "open",
    resume: true,
    means: "nothing came from it any more",
    advice: "The last attempt hung and was stopped. Avoid commands that wait for input or never end.",
  },
  "timed-out": {
    counts: true,
    becomes: "open",
    resume: true,
    means: "it ran longer than the task may",
    advice: "The last attempt ran out of time and was stopped. Go on from your PLAN and KNOWLEDGE files.",
  },
  "over-budget": {
    counts: true,
    becomes: "blocked",
    resume: true,
    means: "a cap on cost, tokens or turns was reached",
    advice: "The last attempt was stopped at a limit, which a person has raised since. Go on where it stopped.",
  },
  "out-of-scope": {
    counts: true,
    becomes: "blocked",
    resume: false,
    means: "it changed what it was not to change",
    advice: "",
  },
  killed: { counts: false, becomes: "blocked", resume: true, means: "a person stopped it", advice: "" },
  "spawn-failed": { counts: true, becomes: "open", resume: false, means: "the coder could not be started", advice: "" },
  "not-started": {
    counts: false,
    becomes: "open",
    resume: false,
    means: "it was claimed, but its process never came to be",
    advice: "",
  },
  failed: {
    counts: true,
    becomes: "open",
    resume: true,
    means: "the coder ended badly",
    advice: "The last attempt failed. Find out why before you repeat it.",
  },
  interrupted: {
    counts: false,
    becomes: "open",
    resume: true,
    means: "it was ended in the middle by what was not meant for it: a signal that hit several, or fleet itself",
    advice: "The last attempt was ended from outside, through no fault of yours. Go on where it stopped.",
  },
  lost: {
    counts: true,
    becomes: "open",
    resume: true,
    means: "its process was gone without an exit status (killed from outside, or the machine went down)",
    advice: "The last attempt was cut off without a trace. Look at the state of the directory before you go on.",
  },
};

/** The verdict as it stands in outcome.json. */
export interface Outcome {
  readonly kind: OutcomeKind;
  /** One line that a person can read. */
  readonly reason: string;
  readonly becomes: Becomes;
  readonly counts: boolean;
  /** RFC 3339: when a limit ends, where it is known. */
  readonly until?: string | undefined;
  /** `window` and `auth` park the whole coder; `minute` pauses it shortly. */
  readonly parks?: "window" | "minute" | "auth" | undefined;
  /** What it holds back, where that is not what the outcome says by itself. */
  readonly holds?: Hold | undefined;
}
