/**
 * How an attempt ends, as it is written down: once, when nothing of the attempt lives any more, and with what becomes of the
 * task. What each outcome means and what follows is in engine/core/lifecycle.ts.
 */
import type { Grade } from "../evidence/grade.ts";

export const OUTCOMES = [
  "done",
  "claimed-done-unproven",
  "asked",
  "blocked",
  "question",
  "context-full",
  "rate-limited",
  "outage",
  "auth",
  "no-credit",
  "session-lost",
  "session-poisoned",
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
 * closed · open: back to the queue · blocked: waits for a person · asked: in progress without a holder, until a person approves
 * or rejects what it claims · keep: whoever changed its status meanwhile has decided ·
 * set-aside: open, but not dispatched for a moment, because a person is at work on it.
 */
export const BECOMES = ["closed", "open", "blocked", "asked", "keep", "set-aside"] as const;
export type Becomes = (typeof BECOMES)[number];

/**
 * What gets nothing new after such an end, and nothing beside it.
 * account: the one that it ran on (a limit, signing in) · coder: that coder, where it was looked for · directory: the
 * task's · setup: the project whose workspaces can't be set up · nothing.
 */
export const HOLDS = ["account", "coder", "directory", "setup", "nothing"] as const;
export type Hold = (typeof HOLDS)[number];

/**
 * What its account waits for.
 * window: the reset of a usage window · minute: requests came too fast · outage: the provider is not there, or can't answer ·
 * auth: a person has to sign in · credit: the credit is used up · on-hold: the provider holds the account.
 */
export const PARKS = ["window", "minute", "outage", "auth", "credit", "on-hold"] as const;
export type Parks = (typeof PARKS)[number];

/** The verdict as it stands in outcome.json. */
export interface Outcome {
  readonly kind: OutcomeKind;
  /** One line for a person. */
  readonly reason: string;
  readonly becomes: Becomes;
  readonly counts: boolean;
  /** RFC 3339: when a limit ends, where it is known. */
  readonly until?: string | undefined;
  /** What its account waits for; absent for nothing. */
  readonly parks?: Parks | undefined;
  /** The hold it causes, if it is not the one of the outcome. */
  readonly holds?: Hold | undefined;
  /** If it is done: how strong its evidence is. */
  readonly grade?: Grade | undefined;
  /** If it is asked: the missing evidence, one line each. */
  readonly missing?: readonly string[] | undefined;
  /** If it is asked: its last words, if it did not close the task. */
  readonly words?: string | undefined;
}
