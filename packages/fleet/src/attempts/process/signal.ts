/** Sends signals to processes of attempts and of checks. The only file that does. */
import { startTime } from "@fleet/kit/process/id";

import { errno } from "@fleet/kit/errors";
import type { Proc } from "@fleet/kit/process/table";

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
  // A leader whose start is not known may be anybody by now.
  if (leader <= 1 || start === undefined || start === "" || startTime(leader) !== start) return false;
  send(-leader, signal);
  if (signal === "SIGTERM") send(-leader, "SIGCONT");
  return true;
}

/** One by one; a pid that has been given out again since the look is left alone. */
export function signalEach(procs: readonly Pick<Proc, "pid" | "start">[], signal: "SIGTERM" | "SIGKILL"): void {
  for (const proc of procs) {
    if (proc.pid <= 1 || proc.start === "" || startTime(proc.pid) !== proc.start) continue;
    send(proc.pid, signal);
    if (signal === "SIGTERM") send(proc.pid, "SIGCONT");
  }
}
