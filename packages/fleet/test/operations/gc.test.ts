/** `fleet gc`: shows first, removes what may go, never what is open, held, unsettled or the last word on what waits. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { FILES } from "../../src/attempts/records/files.ts";
import { choose, type Kept, mayGo } from "../../src/engine/core/retention.ts";
import { parseSize, sizeText } from "@fleet/kit/size";
import { Journal, journalPath, LOG_CAP } from "../../src/engine/shell/state/journal.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const NOW = 1_000_000_000;
const kept = (over: Partial<Kept> = {}): Kept => ({
  task: "t",
  name: "1",
  bytes: 100,
  endedAt: NOW - 1_000,
  task_is: "closed",
  newest: true,
  ...over,
});

describe("what may go", () => {
  it.each<[what: string, over: Partial<Kept>, may: boolean]>([
    ["of a closed task", {}, true],
    ["without a verdict: not settled", { endedAt: undefined }, false],
    ["held", { task_is: "held" }, false],
    ["of a task that is open", { task_is: "live", newest: false }, false],
    ["the newest of a task that waits for a person", { task_is: "waiting" }, false],
    ["an older one of a task that waits for a person", { task_is: "waiting", newest: false }, true],
    ["of a task that can't be read", { task_is: "unknown" }, false],
  ])("%s", (_what, over, may) => expect(mayGo(kept(over))).toBe(may));

  it("by age, and by size the oldest first", () => {
    const all = [
      kept({ name: "1", endedAt: NOW - 3_000 }),
      kept({ name: "2", endedAt: NOW - 2_000 }),
      kept({ name: "3" }),
    ];
    const names = (age: number, size?: number): string[] =>
      choose(all, { age, size }, NOW).map(({ attempt, why }) => `${attempt.name} ${why}`);
    expect(names(10_000)).toEqual([]);
    expect(names(1_500)).toEqual(["1 age", "2 age"]);
    expect(names(10_000, 250)).toEqual(["1 size"]);
    expect(names(2_500, 100)).toEqual(["1 age", "2 size"]);
  });

  it("never anything that may not go, whatever the settings", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            task: fc.constantFrom("a", "b"),
            name: fc.constantFrom("1", "2"),
            bytes: fc.nat(1_000),
            endedAt: fc.option(fc.integer({ min: NOW - 5_000, max: NOW + 5_000 }), { nil: undefined }),
            task_is: fc.constantFrom<Kept["task_is"]>("closed", "waiting", "live", "held", "unknown"),
            newest: fc.boolean(),
          }),
        ),
        fc.nat(5_000),
        fc.option(fc.nat(3_000), { nil: undefined }),
        (all, age, size) => choose(all, { age, size }, NOW).every(({ attempt }) => mayGo(attempt)),
      ),
    ));
});

it("sizes as people write them", () => {
  expect([parseSize("500MB"), parseSize("1.5 gb"), parseSize(12), parseSize("7"), parseSize("x")]).toEqual([
    500_000_000,
    1_500_000_000,
    12,
    7,
    undefined,
  ]);
  expect([sizeText(12), sizeText(1_400_000), sizeText(250_000_000)]).toEqual(["12 B", "1.4 MB", "250 MB"]);
});

it("shows what it would delete, deletes it with --yes, and keeps whatever has not ended (LESSONS 9)", async () => {
  await using fleet = await Fleet.make({ max_attempts: "2" });
  const closed = await fleet.task("is done", "head -c 300000 /dev/zero | tr '\\0' x");
  const blocked = await fleet.task("fails", "exit 3");
  const running = await fleet.task("runs", "while [ ! -e go ]; do sleep 0.05; done");
  await fleet.supervise();
  await fleet.settled(closed, "closed");
  await fleet.settled(blocked, "blocked");
  await until("it runs", () => existsSync(join(fleet.dir(running), FILES.log)));
  expect(await fleet.ok(["gc"])).toContain("Nothing to delete.");
  const shown = await fleet.ok(["gc", "--older-than", "0s"]);
  expect(shown).toMatch(new RegExp(`${closed} +attempt 1 +\\d+(\\.\\d)? KB +ended .* ago +old`));
  expect(shown).toMatch(/Would delete 2 attempts, .*: fleet gc --older-than 0s --yes\n$/);
  expect(existsSync(fleet.dir(closed))).toBe(true);
  const done: unknown = JSON.parse(await fleet.ok(["gc", "--older-than", "0s", "--yes", "--json"]));
  expect(done).toMatchObject({ removed: true, attempts: [{ task: closed }, { task: blocked, attempt: "1" }] });
  const left = [fleet.dir(closed), fleet.dir(blocked, 1), fleet.dir(blocked, 2), fleet.dir(running)].map((dir) =>
    existsSync(dir),
  );
  expect(left).toEqual([false, false, true, true]);
  fleet.write("go");
  await fleet.settled(running, "closed");
  // Numbers are not given again, though the directory is gone.
  await fleet.ok(["retry", closed]);
  await fleet.settled(closed, "closed");
  expect(existsSync(fleet.dir(closed, 2))).toBe(true);
});

it("killed half way: nothing that looks like an attempt is left", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("is done", "true");
  await fleet.start();
  await fleet.settled(id, "closed");
  const going = join(fleet.dir(id), "..", ".going-1");
  renameSync(fleet.dir(id), going);
  rmSync(join(going, FILES.outcome));
  await fleet.killSupervisor();
  await fleet.supervise();
  expect(fleet.journal()).not.toContain('"event":"adopt"');
  expect(await fleet.ok(["task", id])).toContain("removed by fleet gc, or made in another home");
  await fleet.ok(["gc", "--yes"]);
  expect(existsSync(going)).toBe(false);
});

it("log_cap: an attempt that prints more is stopped, as over-budget, and says so (LESSONS 5)", async () => {
  await using fleet = await Fleet.make({ log_cap: "1MB" });
  const id = await fleet.task("talks", "while :; do head -c 100000 /dev/zero | tr '\\0' x; echo; sleep 0.02; done");
  await fleet.supervise();
  const issue = await fleet.settled(id, "blocked");
  expect(fleet.outcomes(id)).toEqual(["over-budget"]);
  expect(issue.notes).toMatch(/it printed 1\.\d MB, more than log_cap \(1\.0 MB\)/);
});

it("the supervisor's log is bounded: put aside when it is long, and followed into the new one", async () => {
  await using fleet = await Fleet.make();
  const path = journalPath(fleet.home);
  mkdirSync(join(fleet.home, "run"), { recursive: true });
  writeFileSync(path, "");
  const following = fleet.spawn(["log", "-f"]);
  let seen = "";
  following.stdout.setEncoding("utf8").on("data", (text: string) => (seen += text));
  new Journal(fleet.home, Date.now).write("start", "before");
  await until("it follows", () => seen.includes("before"));
  truncateSync(path, LOG_CAP);
  appendFileSync(path, "\n");
  const journal = new Journal(fleet.home, Date.now);
  journal.write("start", "after");
  expect(statSync(`${path}.1`).size).toBeGreaterThan(LOG_CAP);
  expect(statSync(path).size).toBeLessThan(1_000);
  await until("it follows into the new one", () => seen.includes("after"));
  following.kill("SIGINT");
  await until("its end", () => following.exitCode !== null || following.signalCode !== null);
});
