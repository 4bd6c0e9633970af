/** The circuit breaker: what keeps failing to start is held back, probed, and resumed when it works. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { isPoisoned, sameInARow, uncountedInARow } from "../../src/engine/core/repeats.ts";
import {
  after,
  type Breakers,
  CLOSED,
  coderKey,
  type Looked,
  probes,
  type Sign,
} from "../../src/engine/core/breaker.ts";
import { dispatch } from "../../src/engine/core/dispatch.ts";
import { readBreakers } from "../../src/engine/shell/state/breaker-file.ts";
import { Fleet } from "../support/fleet.ts";
import { ROBOT, says, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";
import { RUNNING, taskOf, worldOf } from "../support/world.ts";

const SETTINGS = { failures: 5, pause: 1_000, burst: 100 };
const CLAUDE: Looked = { coder: "claude", path: "/bin" };
const KEY = coderKey(CLAUDE);
const MISSING: Sign = { kind: "coder-missing", reason: "not found" };
const GONE: Sign = { kind: "directory-gone", reason: "is gone" };
const STARTED: Sign = { kind: "started" };

/** One sign after the other, further apart than a burst is long. */
function replay(signs: readonly Sign[], wall = 0, apart = 1_000): Breakers {
  return signs.reduce(
    (all, sign, i) => after(all, { looked: CLAUDE, dir: "/p" }, sign, SETTINGS, wall + i * apart),
    CLOSED,
  );
}
const times = (n: number, sign: Sign): Sign[] => Array.from({ length: n }, () => sign);
/** As they stand after so many failures, each at the moment that lets it count. */
const probeAfter = (n: number): number => {
  const { probeAt = 0, failedAt = 0 } = replay(times(n, MISSING), 0, 10_000).coders[KEY] ?? {};
  return probeAt - failedAt;
};

/** What holds a task of this coder, looked for there, in this directory. */
function holder(breakers: Breakers, looked: Looked, cwd: string): string | undefined {
  const tasks = [taskOf("t", { ...looked, cwd })];
  const wall =
    Math.min(...[...Object.values(breakers.coders), ...Object.values(breakers.dirs)].map((one) => one.probeAt ?? 0)) -
    1;
  const tripped = { coders: probes(breakers.coders, SETTINGS, wall), dirs: probes(breakers.dirs, SETTINGS, wall) };
  const world = worldOf({ kind: "running", ...RUNNING }, 0, { wall, tasks, attempts: [], breakers, tripped });
  const answer = dispatch(world).get("t");
  return answer?.kind === "wait" && answer.reason.kind === "breaker" ? answer.reason.name : undefined;
}

describe("a breaker", () => {
  it("stays closed below the limit, opens at it, and is closed by a start", () => {
    expect(replay(times(4, MISSING)).coders[KEY]?.probeAt).toBeUndefined();
    const open = { failures: 5, reason: "not found", failedAt: 4_000, probeAt: 5_000 };
    expect(replay(times(5, MISSING)).coders[KEY]).toEqual(open);
    expect(replay([...times(5, MISSING), STARTED])).toEqual(CLOSED);
  });

  it("counts in a row only; what says nothing of the coder changes nothing", () => {
    expect(replay([...times(4, MISSING), STARTED, MISSING]).coders[KEY]?.failures).toBe(1);
    expect(replay([...times(4, MISSING), { kind: "nothing" }, MISSING]).coders[KEY]?.failures).toBe(5);
  });

  it("waits twice as long after each failed probe, up to eight times", () => {
    expect([5, 6, 7, 8, 9, 12].map(probeAfter)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it("counts a burst of failures once, and the probe that fails although it follows at once", () => {
    expect(replay(times(50, MISSING), 0, 1).coders[KEY]?.failures).toBe(1);
    const open = replay(times(5, MISSING));
    const short = { ...SETTINGS, burst: 60_000 };
    expect(after(open, { looked: CLAUDE, dir: "/p" }, MISSING, short, 4_500)).toEqual(open);
    expect(after(open, { looked: CLAUDE, dir: "/p" }, MISSING, short, 5_000).coders[KEY]).toMatchObject({
      failures: 6,
      probeAt: 7_000,
    });
  });

  it("holds a coder that is not found on that PATH alone, and never a directory", () => {
    const open = replay(times(9, MISSING));
    expect(open.dirs).toEqual({});
    expect(holder(open, CLAUDE, "/p")).toBe("claude");
    for (const other of [{ coder: "claude", path: "/usr/bin" }, { coder: "claude" }, { coder: "shell", path: "/bin" }])
      expect(holder(open, other, "/p")).toBeUndefined();
  });

  it("holds a directory that is gone, and no coder", () => {
    const open = replay(times(5, GONE));
    expect(open.coders).toEqual({});
    expect(holder(open, { coder: "shell" }, "/p")).toBe("/p");
    expect(holder(open, CLAUDE, "/q")).toBeUndefined();
  });

  it("is not held open by a clock that was set back", () => {
    const open = replay(times(5, MISSING), 50_000_000).coders;
    expect(probes(open, SETTINGS, 50_004_000)).toEqual({ [KEY]: 50_005_000 });
    expect(probes(open, SETTINGS, 1_000)).toEqual({ [KEY]: 1_000 });
  });
});

it.concurrent("the same failure in a row: same outcome and same reason, of the attempts that count", () => {
  const one = { at: "", duration_ms: 0, usage: { input: 0, output: 0 }, becomes: "open", counts: true } as const;
  const failed = { ...one, kind: "failed", reason: "exit 3" } as const;
  const limited = { ...one, kind: "rate-limited", reason: "x", counts: false } as const;
  expect(sameInARow([])).toBe(0);
  expect(sameInARow([failed, failed, failed])).toBe(3);
  expect(sameInARow([failed, limited, failed])).toBe(2);
  expect(sameInARow([failed, { ...failed, reason: "exit 4" }, failed])).toBe(1);
  expect(sameInARow([{ ...failed, kind: "lost" }, failed, failed])).toBe(2);
});

it.concurrent("what does not count, in a row: the same outcome, for any reason", () => {
  const one = { at: "", duration_ms: 0, usage: { input: 0, output: 0 }, becomes: "open", counts: false } as const;
  const full = { ...one, kind: "context-full", reason: "88%" } as const;
  expect(uncountedInARow([])).toBe(0);
  expect(uncountedInARow([full, { ...full, reason: "90%" }, undefined, full])).toBe(3);
  expect(uncountedInARow([full, { ...full, counts: true }, full])).toBe(1);
  expect(uncountedInARow([{ ...full, kind: "not-started" }, full])).toBe(1);
  expect(uncountedInARow([full, { ...full, counts: true }])).toBe(0);
});

it.concurrent("an outcome that never counts stops all the same, ten in a row, and `fleet retry` gives as many again", async () => {
  await using fleet = await Fleet.make({}, ROBOT);
  const full = `${TOOL}; ${says({ type: "result", ok: false, text: "too long", cause: "context-full" })}; exit 1`;
  const id = await fleet.task("is never done", full, { coder: "robot" });
  await fleet.supervise();
  const issue = await fleet.settled(id, "blocked");
  expect(issue.notes).toContain("context-full 10 times in a row, none of which counts as a try; the last: too long");
  expect(fleet.outcomes(id)).toEqual(Array.from({ length: 10 }, () => "context-full"));
  expect(fleet.tries(id)).toBe(0);
  await fleet.ok(["retry", id]);
  // The eleventh and the twelfth are not the ten of which the last is spoken of.
  await until("two more", () => fleet.outcomes(id).filter((kind) => kind !== undefined).length > 12);
});

it.concurrent("a coder that can't be started: held back with the reason, probed with one attempt, used again (LESSONS #108942)", async () => {
  await using fleet = await Fleet.make(
    { max_concurrent: "1", max_attempts: "20" },
    "coders:\n  late: { argv: [./tool], prompt: stdin }\n",
    { breakerPause: 3_000, breakerBurst: 0 },
  );
  const ids = await Promise.all([1, 2, 3].map(async (n) => await fleet.task(`t${n}`, "x", { coder: "late" })));
  const other = await fleet.task("of another coder", "touch other", { priority: 4 });
  await fleet.supervise();
  await until(
    "the breaker is open",
    () => readBreakers(fleet.home).coders[`late\n${fleet.project}`]?.probeAt !== undefined,
  );
  const attempts = (): number => ids.reduce((sum, id) => sum + fleet.outcomes(id).length, 0);
  const before = attempts();
  await fleet.settled(other, "closed");
  expect(attempts()).toBe(before);
  const status = await fleet.run(["run", "status"]);
  expect(status.stdout).toMatch(
    /held {5}late keeps failing to start; next try at [\d:]+, or: fleet resume late \(.+\)/,
  );
  expect(await fleet.ok(["tasks", "--all"])).toMatch(/waiting .*late: \d+ failed starts in a row; next try/);
  expect(fleet.journal()).toContain("late: 5 failed starts in a row; next try at");
  // On a slow machine the next probe may have come meanwhile; each is one attempt.
  const failures = (): number => readBreakers(fleet.home).coders[`late\n${fleet.project}`]?.failures ?? 0;
  await until("one probe, which failed", () => failures() > 5);
  const probed = attempts() - before;
  expect(probed).toBeGreaterThanOrEqual(1);
  expect(probed).toBeLessThanOrEqual(failures() - 5 + 1);
  writeFileSync(join(fleet.project, "tool"), '#!/bin/sh\nfleet bd close "$FLEET_TASK_ID"\n');
  chmodSync(join(fleet.project, "tool"), 0o755);
  for (const id of ids) await fleet.settled(id, "closed");
  expect(readBreakers(fleet.home).coders).toEqual({});
  expect(fleet.journal()).toContain("late works again");
});

it.concurrent("a project whose directory is gone: others of its coder continue", async () => {
  await using fleet = await Fleet.make({ max_attempts: "20", max_concurrent: "2" }, "", { breakerBurst: 0 });
  const gone = join(fleet.root, "gone");
  const held = await Promise.all([1, 2].map(async (n) => await fleet.task(`g${n}`, "echo here >ran", { cwd: gone })));
  await fleet.supervise();
  await until("the breaker is open", () => readBreakers(fleet.home).dirs[gone]?.probeAt !== undefined);
  expect(readBreakers(fleet.home).coders).toEqual({});
  await fleet.settled(await fleet.task("elsewhere", "true"), "closed");
  expect(await fleet.ok(["tasks", "--all"])).toMatch(new RegExp(`waiting .*${gone}: \\d+ failed start`));
  mkdirSync(gone);
  // Five minutes until the probe: whoever has mended it says so.
  expect(await fleet.ok(["resume", "gone"])).toMatch(
    /^Resumed: directory .*\/gone \(the task's directory .* is gone\)/,
  );
  for (const id of held) await fleet.settled(id, "closed");
});

it.concurrent("the same failure three times in a row blocks early, and `fleet retry` starts over (LESSONS 13)", async () => {
  await using fleet = await Fleet.make({ max_attempts: "9" });
  const same = await fleet.task("fails the same way", "exit 3");
  const varied = await fleet.task(
    "fails in many ways",
    "n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) >n; exit $((n + 1))",
  );
  await fleet.supervise();
  const issue = await fleet.settled(same, "blocked");
  expect(issue.notes).toMatch(/failed the same way 3 times in a row: .*3/);
  expect(fleet.outcomes(same)).toHaveLength(3);
  await until("more than three", () => fleet.outcomes(varied).length > 3);
  await fleet.ok(["retry", same]);
  await until("it is tried again", () => fleet.outcomes(same).length === 6);
  await fleet.settled(same, "blocked");
});

it.each<[what: string, before: object | undefined, last: object, poisoned: boolean]>([
  ["the second equal failure in it", {}, {}, true],
  [
    "equal but for ids and times",
    { reason: "400: messages.3 (req_01ab)" },
    { reason: "400: messages.7 (req_99zz)" },
    true,
  ],
  ["another failure", { reason: "no such model" }, {}, false],
  ["another session", { session: "s-0" }, {}, false],
  ["the first attempt", undefined, {}, false],
  ["what counts as no try", { counts: false }, { counts: false }, false],
  ["no session", { session: undefined }, { session: undefined }, false],
])("a session is not resumed after the second equal failure: %s", (_what, before, last, poisoned) => {
  const failure = { kind: "failed", reason: "400: bad history", counts: true, session: "s-1" } as const;
  const past = before === undefined ? undefined : { ...failure, ...before };
  expect(isPoisoned([{ ...failure, kind: "lost" }, past, { ...failure, ...last }])).toBe(poisoned);
});
