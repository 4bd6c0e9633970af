/** Which processes are an attempt's: by the whole marker, by group and session, by parents; never the dead, never a neighbour's. */
import { execFileSync, spawn } from "node:child_process";
import { describe, expect, it, onTestFinished } from "vitest";

import { startTime } from "@fleet/kit/process/id";

import { belonging, type MarkedProc, processes } from "../../src/attempts/process/procs.ts";
import { signalEach, signalGroup } from "../../src/attempts/process/signal.ts";
import { isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const UUID = "aaaa-1";
const LEADER = 10;
const SELF = 99;

const proc = (pid: number, over: Partial<MarkedProc> = {}): MarkedProc => ({
  pid,
  ppid: 1,
  group: pid,
  session: pid,
  start: "0",
  attempt: undefined,
  ...over,
});

describe("belonging", () => {
  const pids = (all: readonly MarkedProc[], leader = LEADER, group: readonly number[] = []): number[] =>
    belonging(all, UUID, leader, group, SELF).map(({ pid }) => pid);

  it.each<[what: string, all: MarkedProc[], expected: number[]]>([
    ["its marker", [proc(20, { attempt: UUID })], [20]],
    ["not a marker that begins like it", [proc(20, { attempt: `${UUID}2` }), proc(21, { attempt: "aaaa" })], []],
    ["its group, its session", [proc(20, { group: LEADER }), proc(21, { session: LEADER })], [20, 21]],
    ["not another attempt's in a group number given out again", [proc(20, { group: LEADER, attempt: "other" })], []],
    ["everything below", [proc(20, { attempt: UUID }), proc(22, { ppid: 21 }), proc(21, { ppid: 20 })], [20, 21, 22]],
    [
      "not another attempt below",
      [proc(20, { attempt: UUID }), proc(21, { ppid: 20, attempt: "other" }), proc(22, { ppid: 21 })],
      [20],
    ],
    [
      "not who looks, nor what is below it",
      [proc(20, { attempt: UUID }), proc(SELF, { ppid: 20 }), proc(30, { ppid: SELF })],
      [20],
    ],
    ["nobody's child", [proc(20), proc(21, { ppid: 20 })], []],
  ])("%s", (_what, all, expected) => expect(new Set(pids(all))).toEqual(new Set(expected)));

  it("its cgroup: its processes and their descendants, but not an observer inside it", () => {
    const all = [
      proc(20),
      proc(21, { ppid: 20 }),
      proc(SELF),
      proc(30, { ppid: SELF }),
      proc(40, { attempt: "other" }),
    ];
    expect(new Set(pids(all, 0, [20, SELF, 30, 40]))).toEqual(new Set([20, 21, 40]));
  });

  it("without a recorded wrapper only the marker counts", () => {
    expect(pids([proc(20, { group: 0 }), proc(21, { session: 0 }), proc(22, { attempt: UUID })], 0)).toEqual([22]);
  });
});

const commandOf = (pid = 0): string => execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" });

describe("the living", () => {
  it("an unreaped dead child is not among them", async () => {
    // It ends only once its parent is a program that waits for none: a shell might still take its end.
    const parent = spawn("sh", ["-c", "cat <&3 & echo $!; exec sleep 100 3<&-"], {
      stdio: ["ignore", "pipe", "ignore", "pipe"],
    });
    onTestFinished(() => void parent.kill("SIGKILL"));
    let said = "";
    parent.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
    const child = await until("a child", () => Number.parseInt(said, 10) || undefined);
    await until("its parent to be another program", () => !commandOf(parent.pid).startsWith("sh"));
    parent.stdio[3]?.destroy();
    await until(
      "its death",
      () => startTime(child) === undefined && !(processes() ?? []).some(({ pid }) => pid === child),
    );
    // It is there all the same: a signal of 0 reaches it.
    expect(process.kill(child, 0)).toBe(true);
  });

  it("a pid that was given out again is not signalled", async () => {
    const child = spawn("sleep", ["100"], { stdio: "ignore", detached: true });
    onTestFinished(() => void child.kill("SIGKILL"));
    const pid = await until("it", () => child.pid);
    expect(signalGroup(pid, "1", "SIGKILL")).toBe(false);
    signalEach([proc(pid, { start: "1" })], "SIGKILL");
    expect(isAlive(pid)).toBe(true);
    expect(signalGroup(pid, startTime(pid), "SIGTERM")).toBe(true);
    await until("its end", () => !isAlive(pid));
  });
});
