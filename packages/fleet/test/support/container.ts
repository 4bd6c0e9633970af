/**
 * A "container": a PID namespace with a /proc of its own, on the same machine and home. Where the system permits none
 * (another system than Linux, user namespaces refused) the tests of it are skipped.
 */
import { type ChildProcess, spawn, spawnSync, type StdioOptions } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { FLEET, type Fleet } from "./fleet.ts";

const WAYS = [[], ["--user", "--map-root-user"]];

const permitted = (more: readonly string[]): string[] | undefined =>
  process.platform === "linux"
    ? WAYS.map((way) => [...way, ...more]).find((way) => spawnSync("unshare", [...way, "true"]).status === 0)
    : undefined;

const CONTAINER = permitted(["--pid", "--fork", "--kill-child", "--mount-proc"]);
const MOUNTS = permitted(["--mount"]);

export const mayContain = CONTAINER !== undefined;
export const mayMount = MOUNTS !== undefined;

function inside(fleet: Fleet, way: readonly string[], command: readonly string[], name: string): ChildProcess {
  const out = openSync(join(fleet.root, `${name}.out`), "w", 0o600);
  const stdio: StdioOptions = ["ignore", out, out];
  const child = spawn("unshare", [...way, ...command], { cwd: fleet.home, env: fleet.env, stdio, detached: true });
  closeSync(out);
  return child;
}

/** A command as the first process of a container; ending the container with SIGKILL ends all that is in there. */
export const runInContainer = (fleet: Fleet, command: readonly string[]): ChildProcess =>
  inside(fleet, CONTAINER ?? [], command, "container");

export const superviseInContainer = (fleet: Fleet): ChildProcess =>
  runInContainer(fleet, [process.execPath, FLEET, "run", "foreground"]);

/** Its first process: unshare passes no signal on. */
export function firstIn({ pid = 0 }: ChildProcess): number {
  const [first = 0] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").map(Number);
  return first;
}

/** What it has printed. */
export const printedIn = (fleet: Fleet): string => readFileSync(join(fleet.root, "container.out"), "utf8");

/** A shell's commands where mounts are nobody else's. */
export const withMounts = (fleet: Fleet, script: string, args: readonly string[]): ChildProcess =>
  inside(fleet, MOUNTS ?? [], ["sh", "-c", script, ...args], "mounts");
