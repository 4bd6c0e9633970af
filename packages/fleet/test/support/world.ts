/** A small world for `plan`: one attempt of one task, in the phase that is asked for. */
import type { AttemptView, Phase, Running, TaskView, World } from "../../src/engine/core/world.ts";

/** Since the start of the monotonic clock, for an hour at most. */
export const RUNNING: Running = {
  startedAt: 0,
  limits: { timeout: 3_600_000 },
  used: {},
  warned: [],
  stop: undefined,
  termedAt: undefined,
  finishedAt: undefined,
  resultAt: undefined,
  context: undefined,
};

export const attemptOf = (phase: Phase, over: Partial<AttemptView> = {}): AttemptView => ({
  task: "t",
  ref: { n: 1, uuid: "u1" },
  coder: "a",
  account: "a",
  cwd: "/p",
  claim: "held",
  phase,
  ...over,
});

/** One that could start. */
export const taskOf = (id: string, over: Partial<TaskView> = {}): TaskView => ({
  id,
  coder: "a",
  cwd: "/p",
  notBefore: 0,
  after: null,
  obstacles: [],
  ...over,
});

/** A fleet in which nothing is in the way of anything. */
export const SURROUNDINGS = {
  accounts: [],
  parked: {},
  parkedWhy: {},
  tripped: { coders: {}, dirs: {} },
  breakers: { coders: {}, dirs: {} },
  paused: [],
  spentUp: {},
} as const satisfies Partial<World>;

/** `now`: monotonic. */
export const worldOf = (phase: Phase, now: number, over: Partial<World> = {}): World => ({
  now,
  wall: 1_700_000_000_000,
  mode: { kind: "running" },
  unknown: false,
  limits: {
    maxConcurrent: 3,
    maxPerCoder: {},
    killGrace: 5_000,
    finishGrace: 15_000,
    launchGrace: 10_000,
    limitStagger: 0,
    onParked: "fresh",
  },
  ...SURROUNDINGS,
  tasks: [],
  attempts: [attemptOf(phase)],
  ...over,
});
