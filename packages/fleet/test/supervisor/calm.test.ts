/** When a glance at an attempt is enough. */
import { describe, expect, it } from "vitest";

import type { RunSeen } from "../../src/engine/core/attempt-seen.ts";
import { dueAt, isCalm, isStale } from "../../src/engine/core/calm.ts";
import { runSeen } from "../support/attempt.ts";
import { RUNNING } from "../support/world.ts";

describe("what the last full look saw", () => {
  it("holds for five seconds, and for no more than ten ticks", () => {
    expect([4_999, 5_000].map((now) => isStale(0, now, 500))).toEqual([false, true]);
    expect([4_999, 5_000].map((now) => isStale(0, now, 60_000))).toEqual([false, true]);
    expect([499, 500].map((now) => isStale(0, now, 50))).toEqual([false, true]);
  });

  const CHANGES: readonly (readonly [string, Partial<RunSeen>])[] = [
    ["is to stop", { stop: { kind: "claim-lost" } }],
    ["is over", { open: { is: false, acts: 0 } }],
    ["has lost its wrapper", { orphaned: true }],
    ["waits for a person", { asks: true }],
    ["stands still", { frozen: { at: 0, is: true } }],
  ];
  it.each(CHANGES)("does not hold of one that %s", (_, change) => {
    expect(isCalm(runSeen())).toBe(true);
    expect(isCalm({ ...runSeen(), ...change })).toBe(false);
  });

  it("holds until a limit on its time is near, then until it is reached", () => {
    const run = { ...RUNNING, startedAt: 1_000, away: 500, limits: { timeout: 10_000 } };
    expect(dueAt(run, 3_000)).toBe(9_500);
    expect(dueAt({ ...run, warned: ["timeout"] }, 3_000)).toBe(11_500);
    expect(dueAt({ ...run, limits: {} }, 3_000)).toBe(Infinity);
    expect(dueAt({ ...run, limits: { timeout: 10_000, idle: 1_000 }, used: { idle: 700 } }, 3_000)).toBe(3_100);
  });
});
