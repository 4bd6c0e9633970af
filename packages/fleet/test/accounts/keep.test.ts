/** What is to be done about accounts after a look, and what they let start. Pure. */
import { describe, expect, it } from "vitest";

import { type AccountsSeen, NOTHING_TOLD, withAccounts } from "../../src/engine/core/accounts/keep.ts";
import type { Park } from "../../src/engine/core/accounts/park.ts";
import { plan } from "../../src/engine/core/plan.ts";
import type { World } from "../../src/engine/core/world.ts";
import type { Recording } from "../../src/engine/core/action.ts";
import { type Config } from "../../src/settings/schema.ts";
import { checkConfig } from "../../src/settings/check.ts";
import { taskOf, worldOf } from "../support/world.ts";

const WALL = Date.parse("2026-03-04T22:00:00Z");
const PARK: Park = { until: "2026-03-04T22:30:00.000Z", reason: "the window", kind: "window", repeats: 0 };

function config(): Config {
  const checked = checkConfig({
    accounts: { work: { coder: "claude", daily: { usd: 5 } }, home: { coder: "claude" } },
    default_coder: "claude",
  });
  if (!checked.ok) throw new Error(checked.problems.join("; "));
  return checked.config;
}
const CONFIG = config();

function seen(over: Partial<AccountsSeen>, wall = WALL): World {
  const { parked: _, parkedWhy: __, paused: ___, spentUp: ____, ...rest } = worldOf({ kind: "judged" }, 1_000);
  return withAccounts({
    ...rest,
    wall,
    attempts: [],
    tasks: [taskOf("t", { coder: "claude" })],
    accounts: ["work", "home"].map((name) => ({
      name,
      coder: "claude",
      order: 1,
      weight: 1,
      max: undefined,
      free: false,
    })),
    accountsSeen: {
      config: CONFIG,
      parked: {},
      spent: new Map(),
      troubles: new Map(),
      answered: new Map(),
      isUnsaved: false,
      told: NOTHING_TOLD,
      ...over,
    },
  });
}

const spent = (usd: number) => new Map([["work", { usd, tokens: 0 }]]);
const kinds = (world: World): string[] => plan(world).map(({ kind }) => kind);
const told = (world: World) =>
  plan(world).find(
    (action): action is Extract<Recording, { kind: "tell-accounts" }> => action.kind === "tell-accounts",
  );

describe("actions that follow from the observed accounts", () => {
  it("is nothing where all is well", () => expect(kinds(seen({}))).toEqual(["claim"]));

  it("puts an account on hold at its daily limit, and starts nothing on it in the same tick", () => {
    const world = seen({ spent: spent(5), parked: { home: PARK } });
    expect(kinds(world)).toEqual(["park", "tell-accounts"]);
    expect(plan(world)[0]).toMatchObject({ account: "work", park: { kind: "daily" }, notes: [{ event: "park" }] });
  });

  it("resumes an account whose limit has reset, and starts on it in the same tick", () => {
    const both = { work: { ...PARK, until: new Date(WALL).toISOString() }, home: PARK };
    const actions = plan(seen({ parked: both }));
    expect(actions).toMatchObject([
      { kind: "park", account: "work", park: { released: new Date(WALL).toISOString() }, notes: [{ event: "go-on" }] },
      { kind: "claim", account: "work" },
    ]);
  });

  it("writes spending to disk before any of it is reported", () =>
    expect(kinds(seen({ isUnsaved: true, spent: spent(4.5) }))).toEqual(["keep-spent", "tell-accounts", "claim"]));

  it("tells once a day that a limit is near", () => {
    const first = told(seen({ spent: spent(4.5) }));
    expect(first?.notes).toMatchObject([{ event: "limit", about: { account: "work" } }]);
    const known = { spent: spent(4.6), told: first?.told ?? NOTHING_TOLD };
    expect(told(seen(known))).toBeUndefined();
    const next = told(seen(known, WALL + 86_400_000));
    expect([next?.notes.length, next?.told.near.length]).toEqual([1, 1]);
  });

  it("tells once that nothing of a coder can run, and again after it could", () => {
    const both = { work: PARK, home: PARK };
    const first = told(seen({ parked: both }));
    expect(first?.notes).toMatchObject([{ event: "park", about: { coder: "claude" } }]);
    const known = first?.told ?? NOTHING_TOLD;
    expect(told(seen({ parked: both, told: known }))).toBeUndefined();
    const over = told(seen({ parked: { home: PARK }, told: known }));
    expect([over?.notes, over?.told.standing]).toEqual([[], {}]);
    expect(told(seen({ parked: both, told: over?.told ?? NOTHING_TOLD }))?.notes).toHaveLength(1);
  });

  it("tells of accounts whose state can't be read, and when that is over", () => {
    const lost = { work: { until: null, reason: "work.json is no JSON", kind: "unreadable", repeats: 0 } } as const;
    const first = told(seen({ parked: lost }));
    expect(first?.told.lost).toBe("work waits until you run: fleet resume work: work.json is no JSON");
    expect(told(seen({ told: first?.told ?? NOTHING_TOLD }))?.told.lost).toBeUndefined();
  });
});
