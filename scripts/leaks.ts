/**
 * vitest's global set-up: every run has a directory for temporary files of its own and marks its processes; a run that
 * leaves a process or a directory behind fails.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { living, type Seen } from "../packages/fleet/test/support/living.ts";

/** Not FLEET_…, which an attempt's environment does not inherit. */
const MARK = "RUN_OF_FLEET_TESTS";
/** Directories that our tests make begin with this; what others leave in there (compilers' caches) is removed silently. */
const PREFIX = "fleet-";
const PATIENCE = 5_000;

/** Living processes of this run, the test runner's own left out. Only Linux shows environments cheaply. */
function processesOf(run: string): Seen[] {
  if (process.platform !== "linux") return [];
  return living(({ command }, environ) => environ.includes(`${MARK}=${run}`) && !/vitest|rolldown/.test(command));
}

/** In memory, where that is to be had: a home syncs each write to the disk, and no test can tell whether a disk did. */
const MEMORY = "/dev/shm";
const ENOUGH = 4 * 2 ** 30;

/** Where TMPDIR says; else in memory, if there is room and programs may be run from there; else where the system says. */
function placeForFiles(): string {
  if (process.env["TMPDIR"] !== undefined || process.platform !== "linux") return tmpdir();
  let tried = "";
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    tried = mkdtempSync(join(MEMORY, "fleet-tests-"));
    const program = join(tried, "true");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
    return bavail * bsize >= ENOUGH && spawnSync(program).status === 0 ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  } finally {
    if (tried !== "") rmSync(tried, { recursive: true, force: true });
  }
}

export default function setup(): () => Promise<void> {
  const outer = process.env["TMPDIR"];
  const dir = mkdtempSync(join(realpathSync(placeForFiles()), "fleet-tests-"));
  const run = `${process.pid}-${Date.now()}`;
  process.env["TMPDIR"] = dir;
  process.env[MARK] = run;
  return async () => {
    if (outer === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = outer;
    const deadline = Date.now() + PATIENCE;
    let processes = processesOf(run);
    while (processes.length > 0 && Date.now() < deadline) {
      await sleep(100);
      processes = processesOf(run);
    }
    for (const { pid } of processes) process.kill(pid, "SIGKILL");
    const directories = readdirSync(dir).filter((name) => name.startsWith(PREFIX));
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    const left = [
      ...processes.map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`),
      ...directories.map((name) => `directory ${name}`),
    ];
    if (left.length === 0) return;
    // vitest says what a teardown throws, and would end with 0 all the same.
    process.exitCode = 1;
    throw new Error(`the tests left behind:\n  ${left.join("\n  ")}`);
  };
}
