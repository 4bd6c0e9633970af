/** The supervisor's plan in virtual time, with everything dying; longer runs: node scripts/simulate.mjs --tasks N --seed S. */
import { expect, it } from "vitest";

import { runs } from "../../../kit/test/runs.ts";
import { simulate } from "./simulation.ts";

/** Three sweeps, the verdict, the settlement: a tick each, and some for processes that a sweep found. */
const TICKS_TO_SETTLE = 12;

/** So many see every one of WAITS; the first of them are there at every run of the tests. */
const ALL = 50;
const WORLDS = runs(15, 3 * ALL);
const LARGE = { tasks: runs(400, 1_000), maxConcurrent: runs(60, 100), maxPerCwd: runs(24, 40), b: runs(30, 50) };

/** What a task waits for in these worlds, each of them at some time. */
const WAITS = [
  "running",
  "needs-you",
  "container",
  "deferred",
  "dependencies",
  "held",
  "backoff",
  "machine",
  "breaker",
  "probed",
  "parked",
  "paused",
  "fleet-full",
  "coder-full",
  "directory-full",
  "quiet",
  "account-full",
  "account-rising",
];

it("small worlds: never two of a task, never above a limit, every task ends, and what waits has a reason", () => {
  const answers = new Set<string>();
  for (let seed = 1; seed <= WORLDS; seed++) {
    const onParked = seed % 2 === 0 ? "wait" : "fresh";
    const report = simulate({
      seed,
      tasks: 12,
      limits: { maxConcurrent: 4, maxPerCoder: { b: 2 }, onParked },
      maxPerCwd: seed % 3 === 0 ? 2 : 5,
    });
    expect(report, `seed ${seed}`).toMatchObject({ violations: [] });
    expect(report.closed + report.blocked, `seed ${seed}`).toBe(12);
    for (const kind of Object.keys(report.answers)) answers.add(kind);
    expect(report.slowest, `seed ${seed}`).toBeLessThanOrEqual(TICKS_TO_SETTLE);
  }
  expect([...WAITS, "go"]).toEqual(expect.arrayContaining([...answers]));
  if (WORLDS >= ALL) expect([...answers].sort()).toEqual([...WAITS, "go"].sort());
});

it("a large world: hundreds of tasks, dozens at once", () => {
  const { tasks, maxConcurrent, maxPerCwd, b } = LARGE;
  const report = simulate({ seed: 7, tasks, limits: { maxConcurrent, maxPerCoder: { b } }, maxPerCwd });
  expect(report).toMatchObject({ violations: [] });
  expect(report.closed + report.blocked).toBe(tasks);
  expect(report.mostAtOnce).toBeGreaterThan(50);
  expect(report.crashes).toBeGreaterThan(10);
  expect(report.lateWrappers).toBeGreaterThan(5);
  expect(report.parked).toBeGreaterThan(10);
  expect(report.released).toBeGreaterThan(0);
  expect(report.tripped).toBeGreaterThan(1);
  expect([report.short, report.frozen, report.moved].every((times) => times > 0)).toBe(true);
});

it("without faults no attempt is lost, and every slot is used", () => {
  const report = simulate({
    seed: 3,
    tasks: 200,
    chaos: 0,
    limits: { maxConcurrent: 20, maxPerCoder: {} },
    maxPerCwd: 20,
  });
  expect(report).toMatchObject({ violations: [], crashes: 0, mostAtOnce: 20, lateWrappers: 0 });
  expect(report.outcomes["lost"]).toBeUndefined();
  expect(report.outcomes["not-started"]).toBeUndefined();
});
