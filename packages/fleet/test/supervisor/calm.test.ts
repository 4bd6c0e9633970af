/** When a glance at an attempt is enough. */
import { describe, expect, it } from "vitest";

import type { RunSeen } from "../../src/engine/core/attempt-seen.ts";
import { dueAt, isCalm, isRested, isStale } from "../../src/engine/core/calm.ts";
import { beginLife } from "../../src/engine/core/life.ts";
import { effective } from "../../src/settings/effective/effective.ts";
import { thresholdsOf } from "../../src/settings/effective/thresholds.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { TUNING } from "../../src/settings/tuning.ts";
import { runSeen } from "../support/attempt.ts";
import { RUNNING } from "../support/world.ts";

describe("what the last full look saw", () => {
  it("is asked about on a beat that all share: each five seconds, and each ten ticks", () => {
    expect([4_999, 5_000].map((now) => isStale(4_900, now, 500))).toEqual([false, true]);
    expect([4_999, 5_000].map((now) => isStale(0, now, 500))).toEqual([false, true]);
    expect([4_999, 5_000].map((now) => isStale(0, now, 60_000))).toEqual([false, true]);
    expect([499, 500].map((now) => isStale(0, now, 50))).toEqual([false, true]);
  });

  it("needs a full look when its files and processes are due, its verdict may change by time alone, or it is old", () => {
    const thresholds = thresholdsOf(effective(DEFAULTS, {}), TUNING);
    const life = beginLife(0, undefined, { now: 0, uptime: 0 });
    const at = (now: number) => ({ lookedAt: 0, now, pollInterval: 500 });
    const working = { life, liveness: { kind: "working" } } as const;
    // Half a minute of silence, and each ten seconds from then on.
    expect([5_000, 29_999].map((now) => isRested(working, thresholds, at(now)))).toEqual([true, true]);
    expect(isRested(working, thresholds, { ...at(30_000), lookedAt: 25_000 })).toBe(false);
    const sample = { at: 30_000, cpu: 0, children: 0, marks: "", asked: undefined };
    const sampled = { ...working, life: { ...life, sample } };
    const rests = [35_000, 40_000].map((now) => isRested(sampled, thresholds, { ...at(now), lookedAt: 30_000 }));
    expect(rests).toEqual([true, false]);
    const limited = { life, liveness: { kind: "limited", by: "429", since: 0 } } as const;
    expect(isRested(limited, thresholds, at(5_000))).toBe(false);
    const spoke = { ...working, life: { ...life, eventAt: 20_000 } };
    expect(isRested(spoke, thresholds, at(30_000))).toBe(false);
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
