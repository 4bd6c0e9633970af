/** What happens to machines: they sleep, their clocks are set, their disks fill up, their software is replaced. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { readPid } from "../../src/attempts/records/pid-file.ts";
import { plan } from "../../src/engine/core/plan.ts";
import type { World } from "../../src/engine/core/world.ts";
import { awayBetween } from "@fleet/kit/clock";
import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { RUNNING, worldOf } from "../support/world.ts";

const HOUR = 3_600_000;

it("a laptop that sleeps for hours, or whose clock is set: nothing that runs is stopped for it", () =>
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 0, max: 50 }), (hours, minutes) => {
      // While it sleeps wall time advances and the monotonic clock does not.
      const world: World = worldOf({ kind: "running", ...RUNNING }, minutes * 60_000);
      const slept: World = { ...world, wall: world.wall + hours * HOUR };
      return plan(slept).every(({ kind }) => kind === "warn");
    }),
  ));

it("a pause far longer than intended counts as suspended time; a slow tick does not", () => {
  const last = { at: 1_000, done: 1_200 };
  expect(awayBetween(last, 8 * HOUR, 500)).toEqual({ from: 1_700, to: 8 * HOUR });
  expect(awayBetween(last, 21_000, 500)).toEqual({ from: 1_700, to: 21_000 });
  expect(awayBetween(last, 2_000, 500)).toBeUndefined();
  expect(awayBetween({ at: 1_000, done: 21_000 }, 21_600, 500)).toBeUndefined();
  expect(awayBetween({ at: 1_000, done: 61_000 }, 61_500, 500)).toEqual({ from: 1_500, to: 61_500 });
  expect(awayBetween(undefined, 8 * HOUR, 500)).toBeUndefined();
});

it("a supervisor that was stopped for a while (SIGSTOP) finds its children as they are", async () => {
  await using fleet = await Fleet.make({ task_timeout: "1h" });
  const id = await fleet.task("works on", "echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done; touch done");
  const ended = await fleet.task("ends meanwhile", "while [ ! -e go ]; do sleep 0.05; done");
  const pid = await fleet.start();
  await fleet.file("pid");
  process.kill(pid, "SIGSTOP");
  const other = await fleet.task("comes meanwhile", "true");
  fleet.write("go");
  await until("the end of it", () => fleet.attemptProcesses().length === 0);
  process.kill(pid, "SIGCONT");
  for (const one of [id, ended, other]) await fleet.settled(one, "closed");
  expect([id, ended, other].map((one) => fleet.outcomes(one))).toEqual([["done"], ["done"], ["done"]]);
});

it("frozen, alone or with its supervisor, an attempt is charged no time; status says that the supervisor is stopped", async () => {
  await using fleet = await Fleet.make({ task_timeout: "15s" });
  const id = await fleet.task("is frozen twice", "echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done");
  const supervisor = await fleet.start();
  await fleet.file("pid");
  const wrapper = readPid(fleet.dir(id));
  const tree = wrapper.kind === "wrapper" ? -wrapper.pid : 0;
  const journaled = (event: string) => until(event, () => fleet.journal().includes(`"event":"${event}"`));

  process.kill(tree, "SIGSTOP");
  await journaled("frozen");
  await sleep(8_000);
  process.kill(tree, "SIGCONT");
  await journaled("thawed");

  for (const pid of [supervisor, tree]) process.kill(pid, "SIGSTOP");
  const status = fleet.ok(["run", "status"]);
  await sleep(8_000);
  for (const pid of [supervisor, tree]) process.kill(pid, "SIGCONT");
  expect(await status).toContain(`to continue it: kill -CONT ${supervisor}`);
  fleet.write("go");
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["done"]);
});

it("an upgrade: a supervisor whose files are gone sees to its end what runs, and status says that it is older than the command (LESSONS 8)", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1" });
  const old = join(fleet.root, "old");
  cpSync(dirname(FLEET), old, { recursive: true });
  const run = (script: string, ...args: string[]): string =>
    execFileSync(process.execPath, [script, ...args], { encoding: "utf8", cwd: fleet.project, env: { ...fleet.env } });
  const wait = (name: string): string => `while [ ! -e ${name} ]; do sleep 0.05; done`;
  const good = await fleet.task("works", wait("upgraded"));
  const bad = await fleet.task("fails", `${wait("upgraded")}; exit 3`);
  const long = await fleet.task("runs on", `echo $$ >pid; ${wait("go")}`);
  run(join(old, "fleet.js"), "run", "start");
  const pid = fleet.supervisor() ?? 0;
  const child = Number(await fleet.file("pid"));
  rmSync(old, { recursive: true });
  fleet.write("upgraded");
  await fleet.settled(good, "closed");
  await fleet.settled(bad, "blocked");
  expect(isAlive(pid)).toBe(true);
  const records = join(fleet.home, ".git", "fleet");
  const name = readdirSync(records).find((one) => one.startsWith("supervisor.")) ?? "";
  const record: unknown = JSON.parse(readFileSync(join(records, name), "utf8"));
  writeFileSync(join(records, name), JSON.stringify(Object.assign({}, record, { version: "0.0.1" })));
  expect(await fleet.ok(["run", "status"])).toMatch(
    /the supervisor is version 0\.0\.1, this command .*: fleet run restart/,
  );
  // What it runs is handed over to the new one.
  await fleet.ok(["run", "restart"]);
  expect(isAlive(child)).toBe(true);
  expect(await fleet.ok(["run", "status"])).not.toContain("0.0.1");
  fleet.write("go");
  await fleet.settled(long, "closed");
  expect(fleet.outcomes(long)).toEqual(["done"]);
});

it("a full disk: it is logged, nothing is lost, and everything continues when there is room", async (context) => {
  await using fleet = await Fleet.make();
  const aside = join(fleet.root, "aside");
  cpSync(fleet.home, aside, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", fleet.home]);
  if (mounted.status !== 0) {
    context.skip("no file system of its own can be mounted here");
    return;
  }
  try {
    cpSync(aside, fleet.home, { recursive: true });
    const running = await fleet.task(
      "runs meanwhile",
      "touch began; while [ ! -e go ]; do sleep 0.05; done; touch ended",
    );
    const next = await fleet.task("comes after it", "true", { needs: [running] });
    await fleet.start();
    await until("it runs", () => readdirSync(fleet.project).includes("began"));
    mkdirSync(join(fleet.home, "filler"));
    spawnSync("dd", ["if=/dev/zero", `of=${join(fleet.home, "filler", "zero")}`, "bs=64k"], { stdio: "ignore" });
    expect((await fleet.run(["bd", "create", "no room"])).code).not.toBe(0);
    fleet.write("go");
    await until("it ended", () => readdirSync(fleet.project).includes("ended"));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(fleet.issue(running).status).toBe("in_progress");
    const pid = fleet.supervisor();
    expect(pid !== undefined && isAlive(pid)).toBe(true);
    rmSync(join(fleet.home, "filler"), { recursive: true });
    await fleet.settled(running, "closed");
    await fleet.settled(next, "closed");
    expect(
      execFileSync("git", ["-C", fleet.home, "fsck", "--strict", "--no-dangling", "--no-progress"], {
        encoding: "utf8",
      }),
    ).toBe("");
    expect(await fleet.ok(["run", "stop"])).toContain("stopped");
  } finally {
    spawnSync("umount", ["-l", fleet.home]);
  }
});
