/**
 * Whether a running attempt works, is quiet, waits for a person, or hangs: pure, from what was seen of it. Every sign is
 * a time, so a verdict gets worse by time alone and better by any sign.
 *
 * A long quiet tool call is no hang: while a tool, background work or a child process is open, it is never called hung.
 * Times are milliseconds of one monotonic clock.
 */
import type { Need } from "@fleet/coders/events";

import type { Shown } from "../../attempts/records/liveness.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import { duration } from "@fleet/kit/duration";
import type { Thresholds } from "../../settings/effective/thresholds.ts";

/** Its open work: a tool, background work, a child process. */
export interface Open {
  /** "npm test (Bash)". */
  readonly what: string;
  readonly since: number;
}

type Waiting =
  /** It can't be given this where it runs. */
  | { readonly for: Need; readonly text: string }
  /** It asked by `fleet ask`, and a person can answer: it may wait for as long as it said. */
  | { readonly for: "answer"; readonly text: string };

export interface Observation {
  readonly now: number;
  /** Start of the watch without a gap: earlier silence was not seen. */
  readonly watchedSince: number;
  /** The last line that says something. */
  readonly eventAt: number;
  /** The last growth of a file of its own beside its log: standard error, scratch. */
  readonly grewAt: number;
  /** The last time its processes were seen busy. */
  readonly busyAt: number;
  /** The last sign that the coder lives, and of nothing more (see signs-of-life): no work, and up to `warnAfter` no hang. */
  readonly beatAt: number;
  readonly open: Open | undefined;
  /** Processes that may be at work for it though no tool is open; undefined while that is not known. */
  readonly children: number | undefined;
  readonly waiting: Waiting | undefined;
  /** It was refused last (a limit, an outage), and tries again by itself: in its own words. */
  readonly limited?: string | undefined;
  /** A question it seems to ask, by words that may be only a notice: believed once it would be called hung. */
  readonly seemsToAsk: { readonly for: Need; readonly text: string } | undefined;
  /** The last thing it did; empty where it never did anything. */
  readonly last: string;
}

/** The recorded part of this verdict without its time, and the part that decides without being recorded. */
type Verdict<Kind extends Shown["kind"], More = unknown> = Omit<Extract<Shown, { kind: Kind }>, "since"> &
  Readonly<More>;

export type Liveness =
  /** A sign of work is young, or it is in something that has not been silent for long. */
  | Verdict<"working">
  /** All it does is to try again after a refusal; `by`: in its own words. */
  | Verdict<"limited", { since: number }>
  /** Nothing has come from it for a while. `doing`: in words, what it is in since `since`. `warned`: for very long. */
  | Verdict<"quiet", { since: number }>
  /** Only a person can make it continue. `overdue`: it can't be answered here, and has waited long enough. */
  | Verdict<"waiting", { since: number; overdue: boolean }>
  /** Nothing is open, and nothing has come for too long. */
  | Verdict<"hung", { idleMs: number }>
  /** Nothing of it is alive. */
  | Verdict<"dead">;

export function liveness(seen: Observation, limits: Thresholds): Liveness {
  const { now, open, children, waiting } = seen;
  const signAt = Math.max(seen.eventAt, seen.grewAt, seen.busyAt);
  const silence = now - signAt;
  if (waiting !== undefined)
    return {
      kind: "waiting",
      for: waiting.for,
      asks: waiting.text,
      since: seen.eventAt,
      overdue: waiting.for !== "answer" && silence >= limits.stopWaitingAfter,
    };
  if (seen.limited !== undefined && open === undefined && silence < limits.hungAfter)
    return { kind: "limited", by: seen.limited, since: signAt };
  if (silence < limits.workingWithin) return { kind: "working" };
  const warned = silence >= limits.warnAfter;
  if (open !== undefined) {
    if (silence < limits.quietAfter) return { kind: "working" };
    return { kind: "quiet", doing: `running ${open.what}`, since: Math.min(open.since, now), warned };
  }
  const quiet = { kind: "quiet", since: signAt, warned } as const;
  // Not known is not none.
  if (children === undefined) return { ...quiet, doing: "nothing from it" };
  if (children > 0) {
    if (silence < limits.quietAfter) return { kind: "working" };
    return { ...quiet, doing: `in ${children === 1 ? "a child process" : `${children} child processes`}` };
  }
  const idleMs = now - Math.max(signAt, seen.watchedSince);
  const isStill = now - seen.beatAt >= limits.hungAfter || idleMs >= limits.warnAfter;
  if (idleMs >= limits.hungAfter && isStill) {
    const asked = seen.seemsToAsk;
    if (asked === undefined) return { kind: "hung", idleMs, last: seen.last };
    return { kind: "waiting", for: asked.for, asks: asked.text, since: signAt, overdue: true };
  }
  return { ...quiet, doing: "waiting for its model" };
}

/** The key of a verdict: passing time alone does not change it. */
export function verdictKey(verdict: Liveness): string {
  switch (verdict.kind) {
    case "working":
    case "hung":
    case "dead":
      return verdict.kind;
    case "limited":
      return JSON.stringify([verdict.kind, verdict.by]);
    case "quiet":
      return JSON.stringify([verdict.kind, verdict.doing, verdict.warned]);
    case "waiting":
      return JSON.stringify([verdict.kind, verdict.for, verdict.asks]);
  }
}

/** Why an attempt of this verdict is to be stopped; undefined while it is not. */
export function stopFor(verdict: Liveness): StopReason | undefined {
  switch (verdict.kind) {
    case "hung":
      return { kind: "stalled", idleMs: verdict.idleMs, last: verdict.last };
    case "waiting":
      if (!verdict.overdue || verdict.for === "answer") return undefined;
      return { kind: "waiting", for: verdict.for, text: verdict.asks };
    case "working":
    case "limited":
    case "quiet":
    case "dead":
      return undefined;
  }
}

const NEEDS: Readonly<Record<Waiting["for"], string>> = {
  permission: "permission",
  login: "a sign-in",
  question: "an answer",
  answer: "an answer (fleet questions)",
};

/** "quiet: running npm test (Bash) for 6m". `now` is of the same clock as the verdict's times. */
export function inWords(verdict: Liveness, now: number): string {
  switch (verdict.kind) {
    case "working":
      return "working";
    case "dead":
      return "ended; its result is being checked";
    case "limited":
      return `limited: retries on its own: ${verdict.by}`;
    case "quiet": {
      const silent = `${verdict.doing} for ${duration(now - verdict.since)}`;
      return verdict.warned ? `quiet for very long: ${silent}` : `quiet: ${silent}`;
    }
    case "waiting":
      return `waiting for ${NEEDS[verdict.for]}: ${verdict.asks}`;
    case "hung":
      return `hung: nothing for ${duration(verdict.idleMs)}; last: ${verdict.last === "" ? "nothing" : verdict.last}`;
  }
}
