/**
 * A cgroup per attempt: where one may be made (pure), and, where this machine lets us make one, that it holds what all
 * other marks miss.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, type TestContext } from "vitest";

import { leftInCgroups } from "@fleet/kit/process/memory";

import { attemptGroup, areaName, checkGroup, cgroupPlace, isGroupOf } from "../../src/attempts/process/cgroup-place.ts";
import { membersOf, removeCgroup } from "@fleet/kit/process/cgroup";
import { makeCgroup, takePlace, tidyCgroups } from "../../src/attempts/process/cgroup.ts";
import { readAttempt, readExit } from "../../src/attempts/records/record.ts";
import { readPid } from "../../src/attempts/records/pid-file.ts";
import { systemClock } from "@fleet/kit/clock";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { abandon } from "../../src/engine/shell/loop/abandon.ts";
import { newHandle } from "../../src/engine/shell/loop/handle.ts";
import { lookFrozen } from "../../src/engine/shell/observe/frozen.ts";
import { deleteHome } from "../support/delete-home.ts";
import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const HOME = "/home/ann/.fleet";
const NAME = areaName(HOME);
const UNIFIED = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const UNIT = "/user.slice/user-1000.slice/user@1000.service/app.slice/fleet.service";

describe("where cgroups may be made", () => {
  const place = (own: string, word?: string, mounts = UNIFIED) =>
    cgroupPlace({ platform: "linux", mounts, own, word, home: HOME });

  it("in a delegated unit, with a leaf for the supervisor; found again from that leaf and from inside of an attempt", () => {
    const expected = { kind: "area", area: `/sys/fs/cgroup${UNIT}/${NAME}`, leaves: true };
    expect(place(`0::${UNIT}\n`, "delegated")).toEqual(expected);
    expect(place(`0::${UNIT}/${NAME}/supervisor\n`)).toEqual(expected);
    expect(place(`0::${UNIT}/${NAME}/attempt-u1/deeper\n`)).toEqual(expected);
  });

  it("in a container's own tree, and where a directory is named", () => {
    expect(place("0::/\n")).toEqual({ kind: "area", area: `/sys/fs/cgroup/${NAME}`, leaves: true });
    expect(place("0::/\n", "/sys/fs/cgroup/ours")).toEqual({
      kind: "area",
      area: `/sys/fs/cgroup/ours/${NAME}`,
      leaves: false,
    });
    expect(place("0::/ours/x\n", "/sys/fs/cgroup/ours")).toMatchObject({ leaves: true });
  });

  it("a mount that shows a part of the tree, at a path with a blank", () => {
    const mounts = String.raw`31 23 0:26 /docker/abc /my\040cg rw - cgroup2 cgroup2 rw`;
    expect(place("0::/docker/abc/x\n", undefined, mounts)).toMatchObject({ area: `/my cg/x/${NAME}` });
    expect(place("0::/docker/abcd\n", undefined, mounts)).toMatchObject({ kind: "none" });
  });

  it.each([
    ["systemd's, not delegated", "0::/user.slice/user-1000.slice/session-3.scope\n", undefined, /not delegated/],
    ["another home's area in it", `0::${UNIT}/fleet-00000000/attempt-u1\n`, undefined, /not delegated/],
    ["version 1 only", "4:memory:/\n1:cpu:/\n", undefined, /version 1 only/],
    ["hybrid", "4:memory:/\n0::/\n", "delegated", /hybrid/],
    ["switched off", "0::/\n", "off", /FLEET_CGROUP=off/],
    ["outside of what is mounted", "0::/../other\n", undefined, /no mounted cgroup/],
  ])("not where it is %s", (_what, own, word, why) => {
    expect(place(own, word)).toMatchObject({ kind: "none", why: expect.stringMatching(why) });
  });

  it("not on another system", () => {
    expect(cgroupPlace({ platform: "darwin", mounts: "", own: "", word: undefined, home: HOME }).kind).toBe("none");
  });

  it("a recorded path counts only when it is the one that we make for this attempt", () => {
    const made = attemptGroup(`/sys/fs/cgroup/${NAME}`, "u1");
    expect(isGroupOf(made, "u1")).toBe(true);
    expect(checkGroup(made)).toBe(`/sys/fs/cgroup/${NAME}/check-u1`);
    for (const other of ["/", "/sys/fs/cgroup", `${made}/..`, `/sys/../${NAME}/attempt-u1`, `${made}x`])
      expect(isGroupOf(other, "u1")).toBe(false);
    expect(isGroupOf(made, "u2")).toBe(false);
  });
});

describe("the files", () => {
  const scratch = (): string => {
    const dir = mkdtempSync(join(tmpdir(), "fleet-cgroup-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    return dir;
  };

  it("members are those of every cgroup below, without those of unseen pid namespaces; one that is gone has none", () => {
    const dir = scratch();
    mkdirSync(join(dir, "a", "b"), { recursive: true });
    writeFileSync(join(dir, "cgroup.procs"), "7\n0\n");
    writeFileSync(join(dir, "a", "b", "cgroup.procs"), "8\n9\n");
    expect(membersOf(dir)).toEqual([7, 8, 9]);
    expect(membersOf(join(dir, "gone"))).toEqual([]);
  });

  it("of memory that counts which each limited cgroup leaves, from its own up to the top", () => {
    const root = scratch();
    const limit = (path: string, max: string, current: number, cached: number): void => {
      mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, path, "memory.max"), `${max}\n`);
      writeFileSync(join(root, path, "memory.current"), `${current}\n`);
      writeFileSync(join(root, path, "memory.stat"), `anon 1\ninactive_file ${cached}\n`);
    };
    limit("", "9000", 1_000, 0);
    limit("pod", "max", 800, 0);
    limit("pod/box", "1000", 900, 300);
    mkdirSync(join(root, "pod/box/inner"));
    expect(leftInCgroups("0::/pod/box/inner\n", root)).toEqual([400, 8_000]);
    expect(leftInCgroups("0::/\n", root)).toEqual([8_000]);
    for (const own of ["", "4:memory:/pod/box\n", "0::/../other\n"]) expect(leftInCgroups(own, root)).toEqual([]);
  });

  it("time in which an attempt's cgroup is frozen counts against nothing; it is logged when it begins and ends", () => {
    const group = scratch();
    const look = (now: number, isFrozen: boolean, last: Parameters<typeof lookFrozen>[1]) => {
      writeFileSync(join(group, "cgroup.events"), `populated 1\nfrozen ${isFrozen ? 1 : 0}\n`);
      return lookFrozen(now, last, { leader: () => 0, group });
    };
    const first = look(1_000, false, undefined);
    expect(first).toEqual({ frozen: { at: 1_000, is: false }, away: undefined, news: undefined });
    const stopped = look(3_000, true, first.frozen);
    expect(stopped).toEqual({ frozen: { at: 3_000, is: true }, away: { from: 1_000, to: 3_000 }, news: "frozen" });
    const still = look(5_000, true, stopped.frozen);
    expect(still).toMatchObject({ away: { from: 3_000, to: 5_000 }, news: undefined });
    const thawed = look(7_000, false, still.frozen);
    expect(thawed).toMatchObject({ frozen: { is: false }, away: { from: 5_000, to: 7_000 }, news: "thawed" });
    rmSync(join(group, "cgroup.events"));
    // One that was removed stops nobody.
    const gone = lookFrozen(9_000, thawed.frozen, { leader: () => 0, group });
    expect(gone).toEqual({ frozen: { at: 9_000, is: false }, away: undefined, news: undefined });
  });

  it("a directory of any other file system is refused, and the trial leaves nothing behind", () => {
    const dir = scratch();
    const taken = takePlace({ kind: "area", area: join(dir, NAME), leaves: false });
    expect(taken).toEqual({ kind: "none", why: expect.stringContaining("not in a cgroup file system") });
    expect(readdirSync(dir)).toEqual([]);
    writeFileSync(join(dir, "file"), "");
    expect(takePlace({ kind: "area", area: join(dir, "file", NAME), leaves: false })).toMatchObject({
      kind: "none",
      why: expect.stringContaining("ENOTDIR"),
    });
    expect(makeCgroup(join(dir, "file", "x"))).toBeUndefined();
  });

  it("tidying takes the empty ones away, but not those of attempts that are held, nor the leaf", () => {
    const area = scratch();
    for (const name of ["attempt-u1/inner", "check-u1", "attempt-u2", "supervisor"])
      mkdirSync(join(area, name), { recursive: true });
    tidyCgroups(area, new Set(["u2"]));
    expect(readdirSync(area).sort()).toEqual(["attempt-u2", "supervisor"]);
    expect(removeCgroup(join(area, "gone"))).toBe(true);
  });

  it("of the attempts of a home that is gone nothing is left", async () => {
    const area = scratch();
    const uuid = `u-${process.pid}`;
    for (const name of [`attempt-${uuid}/inner`, `check-${uuid}`, "attempt-other"])
      mkdirSync(join(area, name), { recursive: true });
    const home = join(area, "gone");
    const names = { coderName: "shell", account: "shell", cwd: "/" };
    const handle = newHandle({
      task: "t-1",
      ref: { n: 1, uuid },
      dir: join(home, "x"),
      path: "",
      fresh: true,
      ...names,
    });
    const context = { clock: systemClock(), config: () => DEFAULTS, home, cgroups: { kind: "area", area } as const };
    await abandon(context, [handle]);
    expect(readdirSync(area)).toEqual(["attempt-other"]);
  });
});

/** A cgroup of this machine to divide, or why there is none; it goes with the test. */
function base(): string | undefined {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const point = mounts.find((line) => line.includes(" - cgroup2 "))?.split(" ")[4];
  if (point === undefined) return undefined;
  try {
    return mkdtempSync(join(point, "fleet-test-"));
  } catch {
    return undefined;
  }
}
const probed = process.platform === "linux" ? base() : undefined;
const WHERE = probed === undefined ? " (skipped: no cgroup of version 2 can be made here)" : "";
if (probed !== undefined) removeCgroup(probed);

/** Leaves its session, forks twice, scrubs its environment and takes no SIGTERM. */
const DAEMON = `use POSIX; exit if fork; POSIX::setsid(); exit if fork; $SIG{TERM}='IGNORE';
open F, '>', $ARGV[0]; print F $$; close F;
exec { '/usr/bin/env' } ('env', '-i', '/bin/sh', '-c', 'trap "" TERM; while :; do /bin/sleep 1; done')`;
const daemon = (name: string): string => `perl daemon.pl ${name}; while [ ! -s ${name} ]; do sleep 0.05; done`;

async function fleetIn(atEnd: TestContext["onTestFinished"]): Promise<{
  readonly fleet: Fleet;
  readonly dir: string;
  readonly env: { FLEET_CGROUP: string };
}> {
  const dir = base() ?? "";
  atEnd(async () => void (await until("empty cgroups", () => removeCgroup(dir))));
  const fleet = await Fleet.make();
  fleet.write("daemon.pl", DAEMON);
  return { fleet, dir, env: { FLEET_CGROUP: dir } };
}

const area = (fleet: Fleet, dir: string): string => join(dir, areaName(fleet.home));
const groups = (fleet: Fleet, dir: string): string[] =>
  readdirSync(area(fleet, dir), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));

/** Kills the wrapper, which would be its subreaper, and then the coder: nothing but the cgroup has the daemon then. */
async function orphan(fleet: Fleet, id: string): Promise<number> {
  const pid = Number(await fleet.file("daemon.pid"));
  const wrapper = readPid(fleet.dir(id));
  const coder = Number(await fleet.file("coder.pid"));
  if (wrapper.kind !== "wrapper") throw new Error("no wrapper");
  process.kill(wrapper.pid, "SIGKILL");
  process.kill(coder, "SIGKILL");
  return pid;
}
const ORPHAN = `${daemon("daemon.pid")}; echo $$ >coder.pid; exec sleep 1000`;

describe.skipIf(probed === undefined).concurrent(`in force${WHERE}`, () => {
  it("a daemon that left its session, its environment and its parents is ended, by a later supervisor too", async ({
    onTestFinished: atEnd,
  }) => {
    const { fleet, dir, env } = await fleetIn(atEnd);
    await using _ = fleet;
    await fleet.ok(["run", "start"], { env });
    expect(await fleet.ok(["run", "status"])).toContain(`sweeps   a cgroup per attempt, in ${area(fleet, dir)}`);
    const id = await fleet.task("daemon", ORPHAN);
    await fleet.file("coder.pid");
    const { uuid, cgroup } = readAttempt(fleet.dir(id)) ?? {};
    expect(cgroup).toBe(attemptGroup(area(fleet, dir), String(uuid)));
    expect(membersOf(String(cgroup))).toContain(Number(await fleet.file("daemon.pid")));
    await fleet.killSupervisor();
    const pid = await orphan(fleet, id);
    expect(isAlive(pid)).toBe(true);
    // The next one makes none of its own, and finds what is recorded.
    await fleet.ok(["run", "start"], { env: { FLEET_CGROUP: "off" } });
    expect((await fleet.attempted(id)).kind).toBe("lost");
    expect(isAlive(pid)).toBe(false);
    await fleet.ok(["kill", id]);
    // The task is let go of first, its cgroup after it.
    await until("its cgroup is gone", () => !readdirSync(area(fleet, dir)).includes(`attempt-${String(uuid)}`));
  });

  it("without a cgroup that daemon is missed: this is what the cgroup is for", async ({ onTestFinished: atEnd }) => {
    const { fleet } = await fleetIn(atEnd);
    await using _ = fleet;
    await fleet.supervise();
    expect(await fleet.ok(["run", "status"])).toContain("no cgroup per attempt: FLEET_CGROUP=off");
    const id = await fleet.task("daemon", ORPHAN);
    const pid = await orphan(fleet, id);
    atEnd(() => void process.kill(pid, "SIGKILL"));
    expect((await fleet.attempted(id)).kind).toBe("lost");
    await fleet.ok(["kill", id]);
    expect(isAlive(pid)).toBe(true);
  });

  it("the hard end takes all at once, and how the coder ended is still told; the cgroup goes at the end", async ({
    onTestFinished: atEnd,
  }) => {
    const { fleet, dir, env } = await fleetIn(atEnd);
    await using _ = fleet;
    await fleet.ok(["run", "start"], { env });
    const id = await fleet.task("hard", `${daemon("hard.pid")}; trap '' TERM; while :; do sleep 0.1; done`);
    const pid = Number(await fleet.file("hard.pid"));
    await fleet.ok(["kill", id]);
    expect(fleet.outcome(id)?.kind).toBe("killed");
    expect(isAlive(pid)).toBe(false);
    expect(readExit(fleet.dir(id))).toEqual({ code: 137 });
    await until("its group is gone", () => groups(fleet, dir).join() === "supervisor");
    expect(JSON.parse(await fleet.ok(["run", "status", "--json"])).cgroups).toEqual({
      kind: "area",
      area: area(fleet, dir),
    });
    await fleet.ok(["run", "stop"]);
    expect(readdirSync(dir)).not.toContain(areaName(fleet.home));
  });

  it("a supervisor that sits in the cgroup moves to its leaf, and attempts beside it", async ({
    onTestFinished: atEnd,
  }) => {
    const { fleet, dir, env } = await fleetIn(atEnd);
    await using _ = fleet;
    // As systemd starts it: in the unit's own cgroup.
    const inside = `echo $$ >"${dir}/cgroup.procs"; exec "$0" "$@"`;
    const child = spawn("sh", ["-c", inside, process.execPath, FLEET, "run", "foreground"], {
      env: { ...fleet.env, ...env },
      stdio: "ignore",
    });
    const first = await until("a supervisor", () => fleet.supervisor());
    expect(child.pid).toBe(first);
    await until("its leaf", () => membersOf(join(area(fleet, dir), "supervisor")).includes(first));
    expect(readFileSync(join(dir, "cgroup.procs"), "utf8")).toBe("");
    const id = await fleet.task("runs meanwhile", "until [ -e on ]; do sleep 0.1; done", { cwd: fleet.project });
    await until("it runs", () => readPid(fleet.dir(id)).kind === "wrapper");
    expect(groups(fleet, dir).sort()).toHaveLength(2);
    writeFileSync(join(fleet.project, "on"), "");
    await fleet.settled(id, "closed");
    // The store knows of its end a moment earlier.
    await until("its group is gone", () => groups(fleet, dir).join() === "supervisor");
    expect(membersOf(join(area(fleet, dir), "supervisor"))).toEqual([first]);
  });

  it("a check's daemon is ended with the check, and the check is not ended with the attempt", async ({
    onTestFinished: atEnd,
  }) => {
    const { fleet, dir, env } = await fleetIn(atEnd);
    await using _ = fleet;
    await fleet.ok(["run", "start"], { env });
    const check = `${daemon("check.pid")}; grep -c check- /proc/self/cgroup`;
    const id = await fleet.task("checked", "echo done", { metadata: { checks: [check] } });
    await fleet.settled(id, "closed");
    expect(isAlive(Number(await fleet.file("check.pid")))).toBe(false);
    await until("its group is gone", () => groups(fleet, dir).join() === "supervisor");
  });

  it("a home that is deleted leaves none behind", async ({ onTestFinished: atEnd }) => {
    const { fleet, dir, env } = await fleetIn(atEnd);
    await using _ = fleet;
    await fleet.ok(["run", "start"], { env });
    await fleet.task("runs", "echo 1 >running; exec sleep 1000");
    await fleet.file("running");
    expect(groups(fleet, dir)).toHaveLength(2);
    await deleteHome(fleet.home);
    await until("no process left", () => fleet.processes().length === 0);
    expect(readdirSync(dir)).not.toContain(areaName(fleet.home));
  });
});
