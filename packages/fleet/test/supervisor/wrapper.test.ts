/** The wrapper by itself: what becomes of the exit record and of the coder where the machine is short of something. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

import { wrapperCommand } from "../../src/attempts/process/wrapper.ts";
import { readExit, reserveExit } from "../../src/attempts/records/record.ts";
import { AS_ANOTHER, canBeAnother, giveToAnother } from "../support/another-user.ts";
import { until } from "../support/until.ts";

const root = mkdtempSync(join(tmpdir(), "wrapper-"));
afterAll(() => rmSync(root, { recursive: true }));

const PATH = "/usr/bin:/bin";

/** `sh` alone, without the perl that makes it a subreaper. */
function run(dir: string, script: string, before: readonly string[] = []) {
  const { file, args, env } = wrapperCommand({ PATH: "/nowhere" }, dir, ["/bin/sh", "-c", script]);
  const [first, ...others] = [...before, file, ...args];
  return spawnSync(first ?? file, others, { env: { PATH, ...env }, encoding: "utf8", timeout: 30_000 });
}

it("writes how the coder ended in place, over bytes that were reserved before it began", () => {
  const dir = join(root, "plain");
  mkdirSync(dir);
  reserveExit(dir);
  expect(readExit(dir)).toBeUndefined();
  run(dir, "exit 7");
  expect(readExit(dir)).toEqual({ code: 7 });
  expect(readdirSync(dir).sort()).toEqual(["exit.json", "pid"]);
});

it("writes how the coder ended though the disk is full, and leaves no temporary file", (context) => {
  const dir = join(root, "full");
  mkdirSync(dir);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", dir]);
  if (mounted.status !== 0) return context.skip("no file system of its own can be mounted here");
  try {
    reserveExit(dir);
    const { stderr } = run(dir, `cat /dev/zero >"${dir}/fill"; exit 7`);
    expect(stderr).toContain("No space left");
    expect(readExit(dir)).toEqual({ code: 7 });
    expect(readdirSync(dir).sort()).toEqual(["exit.json", "fill", "pid"]);
  } finally {
    spawnSync("umount", ["-l", dir]);
  }
});

it("keeps trying to write how the coder ended where no bytes were reserved, until there is room", async (context) => {
  const dir = join(root, "later");
  mkdirSync(dir);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", dir]);
  if (mounted.status !== 0) return context.skip("no file system of its own can be mounted here");
  try {
    const script = `cat /dev/zero >"${dir}/fill"; exit 7`;
    const { file, args, env } = wrapperCommand({ PATH: "/nowhere" }, dir, ["/bin/sh", "-c", script]);
    const wrapper = spawn(file, args, { env: { PATH, ...env }, stdio: "ignore" });
    const ended = once(wrapper, "exit");
    await until("a write that failed", () => readdirSync(dir).includes("exit.tmp"));
    expect(readExit(dir)).toBeUndefined();
    rmSync(join(dir, "fill"));
    await ended;
    expect(readExit(dir)).toEqual({ code: 7 });
  } finally {
    spawnSync("umount", ["-l", dir]);
  }
});

it("says that the machine had no room for its processes, which no coder is to blame for", (context) => {
  if (!canBeAnother("/bin/sh")) return context.skip("no other user can be had here");
  const dir = join(root, "forks");
  mkdirSync(dir);
  reserveExit(dir);
  chmodSync(root, 0o711);
  giveToAnother(dir);
  run(dir, "exit 7", [...AS_ANOTHER, "prlimit", "--nproc=1"]);
  expect(readExit(dir)).toEqual({ code: 126, short: true });
});

it("has the kernel end the coder first when memory ends, and never last", (context) => {
  if (process.platform !== "linux") return context.skip("only Linux has oom_score_adj");
  const dir = join(root, "memory");
  mkdirSync(dir);
  reserveExit(dir);
  const own = Number(readFileSync("/proc/self/oom_score_adj", "utf8"));
  run(dir, `cat /proc/self/oom_score_adj >"${dir}/coder"; cat /proc/$PPID/oom_score_adj >"${dir}/wrapper"`);
  const told = ["coder", "wrapper"].map((name) => Number(readFileSync(join(dir, name), "utf8")));
  expect(told).toEqual([Math.min(1000, own + 500), own]);
});
