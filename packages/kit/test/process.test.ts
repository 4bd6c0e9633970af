/** The process table: as ps tells it, and as this machine does. */
import { spawn } from "node:child_process";

import { expect, onTestFinished, test, vi } from "vitest";

import {
  fateOf,
  isOwnGroup,
  isStopped,
  ownId,
  placeText,
  type Seen,
  startOfText,
  startTime,
  whereabouts,
} from "../src/process/id.ts";
import { clockText, fromPsText, processTable, withUs } from "../src/process/table.ts";

test("times of ps are days, hours, minutes and seconds", () => {
  expect([clockText("03:04"), clockText("1-02:03:04"), clockText("0:01.50")]).toEqual([184_000, 93_784_000, 1_500]);
});

test("a line of ps is a process, with the variables that were asked for; a zombie is none", () => {
  const text =
    "  501   1 501 0 Ss 0:01.50 02:00 Sat Nov 21 20:35:01 2026 node x.js MARK=a-1 OTHER=b\n" +
    "  502 501 502 0 Z+ 0:00.00 01:00 Sat Nov 21 20:36:01 2026 (node)\n\n";
  expect(fromPsText(text, 200_000, ["MARK"])).toEqual([
    {
      pid: 501,
      ppid: 1,
      group: 501,
      session: 0,
      start: String(Date.UTC(2026, 10, 21, 20, 35, 1) / 1000),
      isStopped: false,
      began: 80_000,
      cpu: 1_500,
      variables: { MARK: "a-1" },
    },
  ]);
});

test("the table has this process, with its start as its identity has it", () => {
  const own = processTable(["PATH"])?.find(({ pid }) => pid === process.pid);
  expect(own).toMatchObject({ ppid: process.ppid, start: ownId().start });
  expect(startTime(process.pid)).toBe(own?.start);
});

test("a variable is found behind any amount of others", () => {
  const env = { FILLER: "x".repeat(100_000), PATH: process.env["PATH"] ?? "", LAST: "found" };
  const child = spawn("sleep", ["60"], { stdio: "ignore", env });
  onTestFinished(() => void child.kill("SIGKILL"));
  expect(processTable(["LAST"])?.find(({ pid }) => pid === child.pid)?.variables).toEqual({ LAST: "found" });
});

test("a process that a signal has stopped is known as such, alone and in the table", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const pid = child.pid ?? 0;
  expect(isStopped(pid)).toBe(false);
  child.kill("SIGSTOP");
  await vi.waitFor(() => expect(isStopped(pid)).toBe(true));
  expect(processTable()?.find((one) => one.pid === pid)?.isStopped).toBe(true);
});

test("a table without this process is not an answer, which differs from an empty machine", () => {
  const all = processTable() ?? [];
  expect(withUs(all)).toBe(all);
  expect(withUs([])).toBeUndefined();
  expect(withUs(all.filter(({ pid }) => pid !== process.pid))).toBeUndefined();
});

test("a start that ps tells is the same in every time zone", () => {
  const before = process.env["TZ"];
  onTestFinished(() => {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  });
  const read = ["UTC", "America/New_York", "Asia/Kolkata"].map((zone) => {
    process.env["TZ"] = zone;
    return startOfText(" Sat Nov 21 20:35:01 2026 ");
  });
  expect(new Set(read)).toEqual(new Set([String(Date.UTC(2026, 10, 21, 20, 35, 1) / 1000)]));
  expect(startOfText("no time at all")).toBe("");
});

const [space = "", boot = "", ...host] = ownId().place.split(".");
const HERE = ownId().place;
const STRANGER: Seen = { kind: "living", start: "7" };

test.each<[string, string, string, Seen, "alive" | "dead" | "unknown"]>([
  ["with its start is alive", HERE, "7", STRANGER, "alive"],
  ["with another start is dead: its pid was given out again", HERE, "6", STRANGER, "dead"],
  ["of which no start was recorded is unknown, and may be a stranger", HERE, "", STRANGER, "unknown"],
  ["whose start the system does not tell is unknown", HERE, "7", { kind: "living", start: "" }, "unknown"],
  ["of which the system tells nothing is unknown", HERE, "7", { kind: "untold" }, "unknown"],
  ["that has ended is dead", HERE, "7", { kind: "ended" }, "dead"],
  ["of another PID namespace is unknown", `1${space}.${boot}.${host.join(".")}`, "7", { kind: "ended" }, "unknown"],
  ["of another boot of this host is dead", `${space}.another.${host.join(".")}`, "7", STRANGER, "dead"],
  ["of another machine is unknown", `${space}.another.elsewhere`, "7", { kind: "ended" }, "unknown"],
])("a process %s", (_, place, start, seen, fate) => {
  expect(fateOf({ pid: 1, start, place }, () => seen)).toBe(fate);
});

test("a group is owned only while its leader's start is known", () => {
  expect(isOwnGroup(process.pid, startTime(process.pid))).toBe(true);
  expect(isOwnGroup(process.pid, "1")).toBe(false);
  expect(isOwnGroup(process.pid, undefined)).toBe(false);
  expect(isOwnGroup(process.pid, "")).toBe(false);
});

test("another place is named by its host and its PID namespace", () => {
  expect(whereabouts("4026.0123456789ab.build_7.example.org")).toBe("elsewhere");
  expect(placeText("4026.0123456789ab.build_7.example.org")).toBe("host build_7.example.org, PID namespace 4026");
  expect(placeText("..mac")).toBe("host mac");
});
