/** What holds the whole fleet back, as a decision. */
import { availableIn, leftIn } from "@fleet/kit/process/memory";
import { expect, it } from "vitest";

import { eased, type FleetHold, holdWords, met, NOTHING_MET, startsLeft } from "../../src/engine/core/machine.ts";
import { plan } from "../../src/engine/core/plan.ts";
import { uncountedInARow } from "../../src/engine/core/repeats.ts";
import type { World } from "../../src/engine/core/world.ts";
import type { Action } from "../../src/engine/core/action.ts";
import { kindOf } from "../../src/engine/shell/state/troubles.ts";
import { attemptOf, taskOf, worldOf } from "../support/world.ts";

const short = (probeAt: number): FleetHold => ({ kind: "short", of: "processes", what: "git", failures: 1, probeAt });

const claimed = (uuid: string) =>
  attemptOf({ kind: "claimed", stopped: false }, { task: uuid, ref: { n: 1, uuid }, cwd: `/${uuid}` });

const kinds = (world: World): Action["kind"][] => plan(world).map(({ kind }) => kind);

it("starts nothing while the machine is short, one start as a probe, and everything when that is over", () => {
  const world = (now: number, hold?: FleetHold): World =>
    worldOf({ kind: "judged" }, now, {
      attempts: [claimed("a"), claimed("b")],
      tasks: [taskOf("x"), taskOf("y")],
      hold,
    });
  expect(kinds(world(999, short(1_000)))).toEqual([]);
  expect(kinds(world(1_000, short(1_000)))).toEqual(["start"]);
  expect(kinds(world(1_000))).toEqual(["start", "start", "claim"]);
  const idle = worldOf({ kind: "judged" }, 1_000, { attempts: [], tasks: [taskOf("x"), taskOf("y")] });
  expect(kinds({ ...idle, hold: short(1_000) })).toEqual(["claim"]);
  expect(kinds({ ...idle, hold: { kind: "memory", free: 1, wanted: 2 } })).toEqual([]);
  expect(kinds({ ...idle, hold: { kind: "program", missing: ["/x"] } })).toEqual([]);
});

it("looks at what an attempt changed, and runs its checks, when the machine has room for that again", () => {
  const proving = (hold: FleetHold | undefined, now: number): Action["kind"][] =>
    kinds(worldOf({ kind: "proving", step: { kind: "look", busy: false } }, now, { hold }));
  expect([proving(short(1_000), 0), proving(short(1_000), 1_000), proving(undefined, 0)]).toEqual([
    [],
    ["prove"],
    ["prove"],
  ]);
});

it("stops in time though the machine is short, or a directory hangs while it is looked at", () => {
  const stopping = { kind: "stopping", deadline: 0 } as const;
  const looked = (now: number): Action["kind"][] =>
    kinds(worldOf({ kind: "proving", step: { kind: "look", busy: true } }, now, { mode: stopping }));
  expect([looked(1_000), looked(10_000)]).toEqual([[], ["exit"]]);
  const unsettled = worldOf({ kind: "judged" }, 1, { mode: stopping });
  expect(kinds(unsettled)).not.toContain("exit");
  expect(kinds({ ...unsettled, hold: short(0) })).toContain("exit");
});

it("waits longer with each probe that fails, and takes what fails before the probe for the same trouble", () => {
  let now = 0;
  let known = NOTHING_MET;
  const pauses = Array.from({ length: 9 }, () => {
    known = met(known, "disk", "write", now);
    expect(met(known, "disk", "other", now)).toEqual(known);
    const probeAt = known.short?.probeAt ?? NaN;
    const pause = probeAt - now;
    now = probeAt;
    return pause;
  });
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(startsLeft(short(1_000), 500)).toBe(0);
});

it("ends a shortage at the first probe without a refusal, and takes one that comes back soon for the same", () => {
  const first = met(NOTHING_MET, "disk", "write", 0);
  expect(eased(first, 999)).toBe(first);
  const over = eased(first, 1_000);
  expect(over.short).toBeUndefined();
  expect(eased(over, 5_000)).toBe(over);
  expect(met(over, "disk", "write", 60_000).short).toMatchObject({ failures: 2, probeAt: 62_000 });
  expect(met(over, "files", "open", 60_000).short).toMatchObject({ of: "files", failures: 1 });
  expect(met(over, "disk", "write", 200_000).short).toMatchObject({ failures: 1 });
});

it("says what is missing and what brings it back", () => {
  expect(holdWords({ kind: "program", missing: ["/opt/node", "/opt/fleet.js"] })).toContain(
    "/opt/node and /opt/fleet.js are gone",
  );
  expect(holdWords({ kind: "memory", free: 50_000_000, wanted: 100_000_000 })).toBe(
    "50.0 MB of memory are free, less than min_free_memory (100 MB); nothing starts until there is more",
  );
});

it("does not count against a task what the machine was too short for", () => {
  const outcome = (isShort: boolean) =>
    ({
      kind: "not-started",
      reason: "",
      becomes: "open",
      counts: false,
      at: "",
      duration_ms: 0,
      usage: { input: 0, output: 0 },
      ...(isShort ? { short: true } : {}),
    }) as const;
  expect([uncountedInARow([outcome(false), outcome(false)]), uncountedInARow([outcome(true), outcome(true)])]).toEqual([
    2, 0,
  ]);
});

it("takes for one trouble what differs by a temporary name, an object or a number", () => {
  const one = "nothing was written: the disk is full; /h/.git/objects/3f/0123456789abcdef0123456789abcdef012345; 17";
  const other = "nothing was written: the disk is full; /h/.git/objects/aa/1123456789abcdef0123456789abcdef012345; 9";
  expect(kindOf(one)).toBe(kindOf(other));
  expect(kindOf("/tmp/fleet-git-AbC123 x after.json.0123456789ab.tmp")).toBe(
    kindOf("/tmp/fleet-git-xyz789 x after.json.ba9876543210.tmp"),
  );
  expect(kindOf("breakers.json can't be read")).not.toBe(kindOf("mode.json can't be read"));
});

it("knows the free memory of the machine, and what a limited cgroup has left", () => {
  expect(availableIn("MemTotal:  8000 kB\nMemAvailable:   4000 kB\n")).toBe(4_096_000);
  expect(availableIn("")).toBeUndefined();
  expect(leftIn("1000\n", "900\n", "anon 1\ninactive_file 300\n")).toBe(400);
  expect([leftIn("max\n", "900\n", ""), leftIn("", "", ""), leftIn("1000", "2000", "")]).toEqual([
    undefined,
    undefined,
    0,
  ]);
});
