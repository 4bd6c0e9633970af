/** A shortage of the machine is no task's fault: nothing counts, the fleet holds back and says so, the supervisor lives on. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { AS_ANOTHER, canBeAnother, giveToAnother } from "../support/another-user.ts";
import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const processesOf = (uid: number): number =>
  readdirSync("/proc").filter((name) => statSync(join("/proc", name), { throwIfNoEntry: false })?.uid === uid).length;

const events = (fleet: Fleet, event: string): string[] =>
  fleet
    .journal()
    .split("\n")
    .filter((line) => line.includes(`"event":"${event}"`));

it("with few open files all tasks are done one after the other, none fails for it, and it stops when it is asked to", async () => {
  await using fleet = await Fleet.make();
  const ids: string[] = [];
  for (let n = 0; n < 10; n++) ids.push(await fleet.task(`task ${n}`, "sleep 0.2"));
  await fleet.start(["sh", "-c", 'ulimit -n 70; exec "$@"', "sh"]);
  for (const id of ids) await fleet.settled(id, "closed");
  expect(ids.map((id) => [fleet.outcomes(id), fleet.tries(id)])).toEqual(ids.map(() => [["done"], 0]));
  expect(await fleet.ok(["run", "stop"])).toContain("stopped");
});

it("with too few open files the start is refused, with the limit that it needs", async () => {
  await using fleet = await Fleet.make();
  for (const limit of [26, 32, 40]) {
    const limited = `ulimit -n ${limit}; exec "$@"`;
    const args = ["-c", limited, "sh", process.execPath, FLEET, "run", "foreground"];
    const { status, stderr } = spawnSync("sh", args, { env: { ...fleet.env }, encoding: "utf8", timeout: 30_000 });
    expect([limit, status, stderr]).toEqual([
      limit,
      1,
      expect.stringContaining(`the supervisor needs 64 open files at least, and the limit is ${limit}`),
    ]);
  }
});

it("where a Node would hang for the want of threads, the start is refused in words at once", async (context) => {
  if (!canBeAnother(FLEET)) return context.skip("no other user can be had here");
  await using fleet = await Fleet.make();
  giveToAnother(fleet.root);
  chmodSync(fleet.root, 0o755);
  const [first, ...others] = AS_ANOTHER;
  // Enough for the command itself, and for a part of what a second Node needs.
  const args = [...others, "prlimit", "--nproc=12", process.execPath, FLEET, "run", "start"];
  const { status, stderr } = spawnSync(first, args, { env: { ...fleet.env }, encoding: "utf8", timeout: 60_000 });
  expect([status, stderr]).toEqual([1, expect.stringContaining("the supervisor was not started: it needs 7 more")]);
  expect(processesOf(4242)).toBe(0);
});

it("where no thread can be made the supervisor waits for that; where no process can, what is claimed waits, no try counts, no account is held, and it starts when there is room", async (context) => {
  if (!canBeAnother(FLEET)) return context.skip("no other user can be had here");
  await using fleet = await Fleet.make({ max_attempts: "1" });
  mkdirSync(join(fleet.home, "run"), { recursive: true });
  giveToAnother(fleet.root);
  chmodSync(fleet.root, 0o755);
  // Of what Node itself takes nothing is left for the threads that libuv makes later, or aborts without (Node 20 to 24).
  const pid = await fleet.start([...AS_ANOTHER, "prlimit", "--nproc=9:60"]);
  await until("it waits for its threads", () => events(fleet, "hold").length === 1);
  expect(await fleet.ok(["run", "status"])).toContain("the supervisor has no threads yet");
  giveToAnother(join(fleet.home, ".git"));
  const [before, ...words] = AS_ANOTHER;
  spawnSync(before, [...words, "prlimit", `--pid=${pid}`, "--nproc=60:60"]);
  await until("it begins", () => events(fleet, "start").length === 1);
  await until("it holds nothing back any more", () => events(fleet, "mended").length === 1);
  const storm = spawn(
    AS_ANOTHER[0],
    [...AS_ANOTHER.slice(1), "sh", "-c", "for n in $(seq 80); do sleep 100 & done; wait"],
    {
      detached: true,
      stdio: "ignore",
    },
  );
  try {
    await until("the storm", () => processesOf(4242) > 70);
    const ids = [await fleet.task("one", "true"), await fleet.task("two", "true", { cwd: fleet.root })];
    giveToAnother(join(fleet.home, ".git"));
    const hold = await until("the hold", () => events(fleet, "hold")[1]);
    expect(hold).toContain("the machine has no room for another process");
    expect(await fleet.ok(["run", "status"])).toContain("nothing starts: the machine has no room for another process");
    expect(await fleet.ok(["tasks", "--all"])).toContain("the machine has no room");
    process.kill(-(storm.pid ?? 0), "SIGKILL");
    for (const id of ids) await fleet.settled(id, "closed");
    expect(ids.map((id) => [fleet.outcomes(id), fleet.tries(id)])).toEqual(ids.map(() => [["done"], 0]));
    expect(isAlive(pid)).toBe(true);
    expect([events(fleet, "hold").length, events(fleet, "park"), events(fleet, "spawn-failed")]).toEqual([2, [], []]);
    expect(await fleet.ok(["run", "status"])).not.toContain("nothing starts");
  } finally {
    if (storm.pid !== undefined && isAlive(storm.pid)) process.kill(-storm.pid, "SIGKILL");
  }
});

it("a run that ends while the disk is full is done once its end can be recorded, and is not repeated; run stop stops attempts on a full disk", async (context) => {
  await using fleet = await Fleet.make();
  const aside = join(fleet.root, "aside");
  cpSync(fleet.home, aside, { recursive: true });
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", fleet.home]).status !== 0)
    return context.skip("no file system of its own can be mounted here");
  try {
    cpSync(aside, fleet.home, { recursive: true });
    const id = await fleet.task(
      "ends in the middle",
      "echo ran >>F; while [ ! -e go ]; do sleep 0.05; done; echo end >>F",
    );
    await fleet.start();
    await fleet.file("F");
    const fill = join(fleet.home, "fill");
    const fillUp = (): void => {
      spawnSync("dd", ["if=/dev/zero", `of=${fill}`, "bs=64k"], { stdio: "ignore" });
      spawnSync("dd", ["if=/dev/zero", `of=${fill}`, "bs=1", "conv=notrunc", "oflag=append"], { stdio: "ignore" });
    };
    fillUp();
    fleet.write("go");
    await until("its end", () => readFileSync(join(fleet.project, "F"), "utf8").includes("end"));
    await until("nothing of it left", () => fleet.attemptProcesses().length === 0);
    await until("what status says", async () => (await fleet.ok(["run", "status"])).includes("a disk is full"));
    const left = readdirSync(fleet.dir(id)).filter((name) => name.endsWith(".tmp"));
    expect(left).toEqual([]);
    rmSync(fill);
    await fleet.settled(id, "closed");
    expect([fleet.outcomes(id), fleet.tries(id)]).toEqual([["done"], 0]);
    expect(readFileSync(join(fleet.project, "F"), "utf8")).toBe("ran\nend\n");

    // Full again, it is stopped all the same, with what runs; what can't be recorded is recorded by the next one.
    const stopped = await fleet.task("is stopped", "echo $$ >pid; while [ ! -e go2 ]; do sleep 0.05; done");
    await fleet.file("pid");
    fillUp();
    const said = await fleet.ok(["run", "stop"]);
    expect(said).toContain(`1 attempt ended without a record: ${stopped} (fleet run start makes it)`);
    expect(fleet.processes()).toEqual([]);
    rmSync(fill);
    await fleet.supervise();
    await fleet.attempted(stopped);
    expect(fleet.outcome(stopped)).toMatchObject({ kind: "killed", counts: false, becomes: "open" });
    fleet.write("go2");
    await fleet.settled(stopped, "closed");
    expect(fleet.tries(stopped)).toBe(0);
    fleet.askToStop();
    await until("its end", () => fleet.supervisor() === undefined);
  } finally {
    spawnSync("umount", ["-l", fleet.home]);
  }
});
