/**
 * A "container": a PID namespace with a /proc of its own, on the same machine and home. Where the system permits none
 * (another system than Linux, user namespaces refused) the tests of it are skipped.
 */
import { type ChildProcess, spawn, spawnSync, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
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

/** A supervisor as the first process of a container; ending it with SIGKILL ends all that is in there. */
export const superviseInContainer = (fleet: Fleet): ChildProcess =>
  inside(fleet, CONTAINER ?? [], [process.execPath, FLEET, "run", "foreground"], "container");

/** A shell's commands where mounts are nobody else's. */
export const withMounts = (fleet: Fleet, script: string, args: readonly string[]): ChildProcess =>
  inside(fleet, MOUNTS ?? [], ["sh", "-c", script, ...args], "mounts");
