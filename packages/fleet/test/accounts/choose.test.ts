/** Which account an attempt runs on: a table, and the promises over random worlds. */
import * as fc from "fast-check";
import { onTrial, type Park } from "../../src/engine/core/accounts/park.ts";
import { describe, expect, it } from "vitest";

import {
  choose,
  type Choice,
  FLEET,
  room,
  type Slot,
  slotsOf,
  type Standing,
} from "../../src/engine/core/accounts/choose.ts";
import { plan } from "../../src/engine/core/plan.ts";
import type { AttemptView, World } from "../../src/engine/core/world.ts";
import { SURROUNDINGS, taskOf } from "../support/world.ts";
import { runs } from "../../../kit/test/runs.ts";

const NOW = 1_000_000;

const slot = (name: string, over: Partial<Slot> = {}): Slot => ({
  name,
  coder: "c",
  order: 0,
  weight: 1,
  max: undefined,
  free: false,
  ...over,
});

const standing = (over: Partial<Standing> = {}): Standing => ({
  wall: NOW,
  slots: [slot("one"), slot("two")],
  parked: {},
  paused: [],
  onTrial: [],
  stagger: 5_000,
  onParked: "fresh",
  ...over,
});

const chosen = (over: Partial<Standing>, load: Record<string, number> = {}, sessionAccount?: string) =>
  named(choose(standing(over), { coder: "c", sessionAccount }, new Map(Object.entries(load))));

const named = (choice: Choice): string | undefined => (choice.kind === "account" ? choice.name : undefined);

/** How many attempts it may run now. */
const most = (over: Partial<Standing>): number =>
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].find((n) => room(standing(over), slot("one"), n).kind !== "free") ?? Infinity;

describe("the account of an attempt", () => {
  it.each<[what: string, over: Partial<Standing>, load: Record<string, number>, account: string | undefined]>([
    ["the first that is written", {}, {}, "one"],
    ["the one that runs less", {}, { one: 1 }, "two"],
    ["in proportion to the weights", { slots: [slot("one", { weight: 3 }), slot("two")] }, { one: 1 }, "one"],
    ["and no further", { slots: [slot("one", { weight: 3 }), slot("two")] }, { one: 3 }, "two"],
    ["by order, whatever runs", { slots: [slot("one", { order: 2 }), slot("two", { order: 1 })] }, { two: 9 }, "two"],
    [
      "the next where the first has its max",
      { slots: [slot("one", { max: 1, order: -1 }), slot("two")] },
      { one: 1 },
      "two",
    ],
    ["never a parked one", { parked: { one: NOW + 1 } }, { two: 5 }, "two"],
    ["never one that waits for a person", { parked: { one: Infinity } }, { two: 5 }, "two"],
    ["none where all are parked", { parked: { one: NOW + 1, two: Infinity } }, {}, undefined],
    ["none where all have their max", { slots: [slot("one", { max: 2 })] }, { one: 2 }, undefined],
    ["not another coder's", { slots: [slot("other", { coder: "d" })] }, {}, "c"],
    ["the person's own, which can be parked too", { slots: [], parked: { c: NOW + 1 } }, {}, undefined],
    ["none while the fleet is parked", { parked: { [FLEET]: NOW + 1 } }, {}, undefined],
    ["a free one even then", { slots: [slot("sh", { free: true })], parked: { [FLEET]: NOW + 1 } }, {}, "sh"],
  ])("%s", (_what, over, load, account) => expect(chosen(over, load)).toBe(account));
});

describe("a session", () => {
  it.each<[what: string, over: Partial<Standing>, load: Record<string, number>, account: string | undefined]>([
    ["stays on its account", {}, { two: 7 }, "two"],
    ["waits for room on it", { slots: [slot("one"), slot("two", { max: 1 })] }, { two: 1 }, undefined],
    ["waits where its account only pauses", { parked: { two: NOW + 1 }, paused: ["two"] }, {}, undefined],
    ["is left for a fresh start where it is parked", { parked: { two: NOW + 1 } }, {}, "one"],
    ["or waits, as the setting says", { parked: { two: NOW + 1 }, onParked: "wait" }, {}, undefined],
    ["is forgotten with its account", { slots: [slot("one")] }, {}, "one"],
  ])("%s", (_what, over, load, account) => expect(chosen(over, load, "two")).toBe(account));
});

describe("after a hold, waiting tasks start one by one", () => {
  it.each<[what: string, ago: number, stagger: number, expected: number]>([
    ["not before", -1, 5_000, 0],
    ["one at first", 0, 5_000, 1],
    ["one still", 4_999, 5_000, 1],
    ["two then", 5_000, 5_000, 2],
    ["more and more", 52_000, 5_000, 11],
    ["all at once where that is set", 0, 0, Infinity],
  ])("%s", (_what, ago, stagger, expected) => expect(most({ stagger, parked: { one: NOW - ago } })).toBe(expected));
});

it("one attempt at a time tries an account after an outage or a sign-in, however long ago that is", () => {
  expect(most({ parked: { one: NOW - 52_000 }, onTrial: ["one"] })).toBe(1);
});

it.each<[what: string, park: Partial<Park>, answered: number | undefined, tried: boolean]>([
  ["an outage", { kind: "outage" }, undefined, true],
  ["a sign-in", { kind: "auth" }, undefined, true],
  ["an account on hold", { kind: "on-hold" }, undefined, true],
  ["a window whose reset has come", { kind: "window" }, undefined, false],
  ["an outage that still lasts", { kind: "outage", released: undefined }, undefined, false],
  ["one that was answered since", { kind: "outage" }, NOW + 1, false],
  ["one whose attempt from before goes on", { kind: "outage" }, NOW - 1, true],
])("is tried with one attempt: %s", (_what, over, answered, tried) => {
  const { released = new Date(NOW).toISOString(), ...more } = over;
  const park = { until: null, reason: "x", kind: "outage", repeats: 1, ...more } as const;
  const parked = { one: "released" in over ? park : { ...park, released } };
  expect(onTrial(parked, new Map(answered === undefined ? [] : [["one", answered]]))).toEqual(tried ? ["one"] : []);
});

const someAccount = fc.constantFrom("one", "two", "three", "d");
const someCoder = fc.constantFrom("c", "d");
const time = fc.oneof(fc.integer({ min: NOW - 30_000, max: NOW + 30_000 }), fc.constant(Infinity));

const anyWorld: fc.Arbitrary<World> = fc
  .record({
    maxes: fc.record({
      one: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      two: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      three: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
    orders: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
    parked: fc.dictionary(fc.oneof(someAccount, fc.constant(FLEET)), time),
    paused: fc.subarray(["one", "two", "three", "d"]),
    onParked: fc.constantFrom("wait" as const, "fresh" as const),
    stagger: fc.constantFrom(0, 5_000),
    tasks: fc.array(fc.record({ coder: someCoder, sessionAccount: fc.option(someAccount, { nil: undefined }) }), {
      maxLength: 12,
    }),
    running: fc.array(someAccount, { maxLength: 8 }),
  })
  .map(({ maxes, orders, parked, paused, onParked, stagger, tasks, running }): World => {
    const [one, two, three] = orders;
    return {
      now: NOW,
      wall: NOW,
      mode: { kind: "running" },
      unknown: false,
      limits: {
        maxConcurrent: 14,
        maxPerCoder: {},
        killGrace: 1,
        finishGrace: 1,
        launchGrace: 1,
        limitStagger: stagger,
        onParked,
      },
      ...SURROUNDINGS,
      accounts: [
        slot("one", { max: maxes.one, order: one }),
        slot("two", { max: maxes.two, order: two }),
        slot("three", { max: maxes.three, order: three }),
      ],
      parked,
      paused,
      tasks: tasks.map((task, i) => taskOf(`t${i}`, task)),
      attempts: running.map((account, i): AttemptView => ({
        task: `r${i}`,
        ref: { n: 1, uuid: `u${i}` },
        coder: account === "d" ? "d" : "c",
        account,
        cwd: "/p",
        claim: "held",
        phase: { kind: "claimed", stopped: false },
      })),
    };
  });

it("the plan never exceeds an account's max, uses no parked one, and none of another coder", () =>
  fc.assert(
    fc.property(anyWorld, (world) => {
      const claims = plan(world).flatMap((action) => (action.kind === "claim" ? [action] : []));
      const load = (name: string): number => world.attempts.filter(({ account }) => account === name).length;
      for (const { task, account } of claims) {
        const view = world.tasks.find(({ id }) => id === task);
        const used = slotsOf(world.accounts, view?.coder ?? "").find(({ name }) => name === account);
        expect(used).toBeDefined();
        expect(world.parked[account] ?? 0).toBeLessThanOrEqual(NOW);
        expect(world.parked[FLEET] ?? 0).toBeLessThanOrEqual(NOW);
        const now = load(account) + claims.filter((claim) => claim.account === account).length;
        expect(now).toBeLessThanOrEqual(used?.max ?? Infinity);
        const isOwn =
          account === view?.sessionAccount || !world.accounts.some(({ name }) => name === view?.sessionAccount);
        if (!isOwn && view?.coder === "c") expect(world.limits.onParked).toBe("fresh");
      }
    }),
    { numRuns: runs(600, 3_000) },
  ));
