/** What time and spending change about parked accounts; how pauses grow and are staggered. Pure. */
import { describe, expect, it } from "vitest";

import { standstills } from "../../src/engine/core/accounts/standstill.ts";
import type { Spent } from "../../src/attempts/records/spent.ts";
import { type Today, upkeep } from "../../src/engine/core/accounts/upkeep.ts";
import type { OutcomeRecord } from "../../src/attempts/records/record.ts";
import { type Config } from "../../src/settings/schema.ts";
import { checkConfig } from "../../src/settings/check.ts";
import { parkAfter } from "../../src/engine/core/backoff.ts";
import { type Park, type Parked, waiting, waitsUntil } from "../../src/engine/core/accounts/park.ts";

const WALL = Date.parse("2026-03-04T22:00:00Z");
const at = (millis: number): string => new Date(WALL + millis).toISOString();
const MIDNIGHT = "2026-03-05T00:00:00.000Z";

function config(over: Record<string, unknown> = {}): Config {
  const checked = checkConfig({
    accounts: { work: { coder: "claude", daily: { usd: 5 } }, home: { coder: "claude" } },
    default_coder: "claude",
    ...over,
  });
  if (!checked.ok) throw new Error(checked.problems.join("; "));
  return checked.config;
}

const park = (over: Partial<Park> = {}): Park => ({
  until: at(1_000),
  reason: "why",
  kind: "window",
  repeats: 0,
  ...over,
});

const after = (parked: Parked, over: Partial<Today> = {}, settings: Record<string, unknown> = {}) =>
  upkeep(config(settings), parked, { wall: WALL, spent: new Map(), troubles: new Map(), ...over });

const spent = (usd: number, tokens = 0): Map<string, Spent> => new Map([["work", { usd, tokens }]]);

describe("as time passes", () => {
  it.each<[what: string, before: Park, released: boolean]>([
    ["a reset that has come releases", park({ until: at(0) }), true],
    ["one that has not come does not", park({ until: at(1) }), false],
    ["what waits for a person waits", park({ until: null, kind: "auth" }), false],
    ["what was paused by hand waits", park({ until: null, kind: "hand" }), false],
    ["a daily limit that is not reached any more releases", park({ until: MIDNIGHT, kind: "daily" }), true],
    ["a secret that is there again releases", park({ until: null, kind: "secret" }), true],
  ])("%s", (_what, before, released) => {
    const { parked, news } = after({ work: before });
    expect(parked["work"]?.released).toBe(released ? at(0) : undefined);
    expect(news).toHaveLength(released ? 1 : 0);
  });

  it("with auto_resume off, accounts on hold for a limit are never released", () => {
    const before = { work: park({ until: at(-5_000) }), home: park({ until: at(-5_000), kind: "minute" }) };
    const { parked, news } = after(before, {}, { auto_resume: false });
    expect([parked, news]).toEqual([before, []]);
    expect(Object.keys(waiting(parked, false, WALL))).toEqual(["work", "home"]);
    expect(Object.keys(waiting(parked, true, WALL))).toEqual([]);
  });

  it("the plan gets the time at which a released one resumed", () => {
    expect(waitsUntil(park({ released: at(-7) }), true)).toBe(WALL - 7);
    expect(waitsUntil(park({ released: at(-7) }), false)).toBe(WALL - 7);
  });
});

describe("daily limits", () => {
  it("at 100 % the account is on hold until midnight UTC, with the figure as the reason", () => {
    const { parked, news } = after({}, { spent: spent(5.02) });
    expect(parked["work"]).toMatchObject({ until: MIDNIGHT, kind: "daily" });
    expect(parked["work"]?.reason).toBe("daily limit reached: $5.02 of $5.00 today");
    expect(news).toHaveLength(1);
    expect(after(parked, { spent: spent(5.02) }).news).toEqual([]);
  });

  it("below it nothing happens; a shorter hold is extended, a longer one kept", () => {
    expect(after({}, { spent: spent(4.99) }).parked).toEqual({});
    expect(after({ work: park() }, { spent: spent(6) }).parked["work"]?.until).toBe(MIDNIGHT);
    const signedOut = park({ until: null, kind: "auth" });
    expect(after({ work: signedOut }, { spent: spent(6) }).parked["work"]).toEqual(signedOut);
  });

  it("the fleet's own counts every account, tokens too", () => {
    const all = new Map([...spent(0, 60), ["home", { usd: 0, tokens: 50 }] as const]);
    const { parked } = after({}, { spent: all }, { daily: { tokens: 100 } });
    expect(parked["*"]?.reason).toBe("daily limit reached: 110 of 100 tokens today");
    expect(parked["*"]?.until).toBe(MIDNIGHT);
  });
});

it("an account without its secret is on hold, and names the secret", () => {
  const { parked } = after({}, { troubles: new Map([["work", "its A is missing"]]) });
  expect(parked["work"]).toMatchObject({ until: null, kind: "secret", reason: "its A is missing" });
});

describe("when all accounts of a coder are on hold", () => {
  const both = { work: park({ until: at(9_000) }), home: park({ until: at(4_000) }) };
  it("it says when it resumes, and on which", () => {
    expect(standstills(config(), both, WALL).map(({ text }) => text)).toEqual([
      `both claude accounts are on hold; nothing runs on claude until ${at(4_000)} (home)`,
    ]);
  });
  it("no standstill notice while an account is free", () => {
    expect(standstills(config(), { work: both.work }, WALL)).toEqual([]);
  });
});

describe("pauses", () => {
  const outcome = (over: Partial<OutcomeRecord>): OutcomeRecord => ({
    kind: "rate-limited",
    reason: "429",
    becomes: "open",
    counts: false,
    parks: "minute",
    at: "",
    duration_ms: 0,
    usage: { input: 0, output: 0 },
    ...over,
  });
  const length = (before: Park | undefined, random = 0, over: Partial<OutcomeRecord> = {}): number =>
    Date.parse(parkAfter(config(), outcome(over), before, WALL, random)?.until ?? "") - WALL;

  it("grow with repeats up to the longest, and begin small after a success (which forgets the record)", () => {
    const grown = [0, 1, 2, 3, 9].map((repeats) => length(park({ kind: "minute", repeats, released: at(-1) })));
    expect(grown).toEqual([60_000, 120_000, 240_000, 480_000, 900_000]);
    expect(length(undefined)).toBe(60_000);
  });
  it.each<[what: string, over: Partial<OutcomeRecord>, before: Park | undefined, expected: number]>([
    ["a reset that is past means now, and a pause", { parks: "window", until: at(-5_000) }, undefined, 60_000],
    ["that doubles", { parks: "window", until: at(-5_000) }, park({ repeats: 1, released: at(-1) }), 120_000],
    ["and goes on to", { parks: "window", until: at(-5_000) }, park({ repeats: 3, released: at(-1) }), 480_000],
    [
      "a reset that is always a second away, too",
      { parks: "window", until: at(1_000) },
      park({ repeats: 3, released: at(-1) }),
      240_000,
    ],
    [
      "a reset that is named the first time is waited for alone",
      { parks: "window", until: at(1_000) },
      undefined,
      1_000,
    ],
    [
      "a longer one however often",
      { parks: "window", until: at(9_000_000) },
      park({ repeats: 3, released: at(-1) }),
      9_000_000,
    ],
    ["a second is the least that a minute's limit takes", { parks: "minute", until: at(1_500) }, undefined, 60_000],
    ["an outage", { kind: "outage", parks: "outage" }, undefined, 60_000],
    [
      "an outage that lasts",
      { kind: "outage", parks: "outage" },
      park({ kind: "outage", repeats: 4, released: at(-1) }),
      900_000,
    ],
    ["credit", { kind: "no-credit", parks: "credit" }, undefined, 600_000],
    [
      "an account on hold, again and again",
      { kind: "no-credit", parks: "on-hold" },
      park({ repeats: 9, released: at(-1) }),
      9_000_000,
    ],
  ])("%s", (_what, over, before, expected) => {
    expect(length(before, 0, over)).toBe(expected);
  });

  it("several attempts that hit one limit count once", () => {
    expect(length(park({ kind: "minute", repeats: 1 }))).toBe(60_000);
  });
  it("are staggered: two accounts with one reset do not come back in the same second", () => {
    const reset = { parks: "window" as const, until: at(3_600_000) };
    const [one, two] = [length(undefined, 0.1, reset), length(undefined, 0.9, reset)];
    expect(one).toBeGreaterThan(3_600_000);
    expect(two - one).toBeGreaterThan(10_000);
  });
});
