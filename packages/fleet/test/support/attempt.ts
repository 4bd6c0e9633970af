/** An attempt as the supervisor remembers it. */
import type { AttemptRecord } from "../../src/attempts/records/record.ts";
import type { Seen } from "../../src/engine/core/attempt-seen.ts";
import { type Attempt, newAttempt, type Running, type Wrapper } from "../../src/engine/core/attempt.ts";

export const RECORD: AttemptRecord = {
  uuid: "u",
  n: 1,
  task: "t-1",
  coder: "claude",
  account: "claude",
  cwd: "/p",
  file: "claude",
  args: [],
  session: "s",
  created_at: "2030-01-01T12:00:00Z",
  monotonic: 0,
  boot: "b",
  timeout_ms: 60_000,
};

export const WRAPPER: Wrapper = { kind: "wrapper", pid: 10, start: "1" };

export const claimedAttempt = (over: Partial<Parameters<typeof newAttempt>[0]> = {}): Attempt =>
  newAttempt({
    task: "t-1",
    ref: { n: 1, uuid: "u" },
    dir: "/none",
    coderName: "claude",
    account: "claude",
    cwd: "/p",
    path: "",
    fresh: false,
    ...over,
  });

/** As a supervisor has it that takes it over. */
export const runningState = (over: Partial<Running> = {}): Running => ({
  kind: "running",
  record: RECORD,
  wrapper: WRAPPER,
  orphaned: false,
  termedAt: undefined,
  killedAt: undefined,
  finishedAt: undefined,
  resultAt: undefined,
  openAt: undefined,
  acts: undefined,
  grew: { bytes: 0, at: 0 },
  warned: [],
  window: undefined,
  frozen: undefined,
  asked: false,
  worked: [],
  workKept: 0,
  life: undefined,
  ...over,
});

/** It lives, and nothing is to be said about it. */
export const runSeen = (): Extract<Seen, { kind: "running" }> => ({
  kind: "running",
  record: RECORD,
  wrapper: WRAPPER,
  orphaned: false,
  away: undefined,
  frozen: undefined,
  finished: false,
  resulted: false,
  open: undefined,
  stop: undefined,
  limits: {},
  waited: 0,
  used: {},
  asks: false,
  worked: [],
  printed: { bytes: 0, cap: undefined },
  warned: [],
  context: { tokens: undefined, window: undefined, threshold: 0.85 },
  window: undefined,
  life: undefined,
  liveness: undefined,
});
