/** Sends signals to an attempt's processes. The only file that does. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { startTime } from "@fleet/store/git/process";

import { errno } from "@fleet/kit/errors";
import { membersOf } from "./cgroup.ts";
import type { Proc } from "./procs.ts";

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: gone already, which is what is wanted. EPERM: not ours (a pid given out again).
    if (errno(error) !== "ESRCH" && errno(error) !== "EPERM") throw error;
  }
}

/** SIGCONT after it, because a stopped process takes no SIGTERM. To the group while its leader is the recorded one. */
export function signalGroup(leader: number, start: string | undefined, signal: "SIGTERM" | "SIGKILL"): boolean {
  const now = startTime(leader);
  if (leader <= 1 || now === undefined || (start !== undefined && now !== start)) return false;
  send(-leader, signal);
  if (signal === "SIGTERM") send(-leader, "SIGCONT");
  return true;
}

/** One by one; a pid that has been given out again since the look is left alone. */
export function signalEach(procs: readonly Proc[], signal: "SIGTERM" | "SIGKILL"): void {
  for (const proc of procs) {
    if (proc.pid <= 1 || startTime(proc.pid) !== proc.start) continue;
    send(proc.pid, signal);
    if (signal === "SIGTERM") send(proc.pid, "SIGCONT");
  }
}

/**
 * SIGKILL to all of a cgroup at once, which no chain of forks outruns. False where that can't be done (before Linux 5.14,
 * or whoever asks is in it): then one by one.
 */
export function killCgroup(dir: string): boolean {
  if (membersOf(dir).includes(process.pid)) return false;
  try {
    // Opened as it is: where there is no such file, none is made.
    writeFileSync(join(dir, "cgroup.kill"), "1", { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}
