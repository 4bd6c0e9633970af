/** Who is alive: a process is its pid, its start time and not being a zombie (measured on Linux). */
import { readFileSync } from "node:fs";

import { childProcess } from "@fleet/kit/node";

/**
 * What tells this process from a later one of the same pid: field 22 of /proc/PID/stat, elsewhere `ps -o lstart=`.
 * Undefined: there is no such process, or it is a zombie (in a container whose PID 1 does not reap, the dead stay).
 */
export function startTime(pid: number): string | undefined {
  const stat = statLine(pid);
  if (stat === undefined) {
    if (process.platform === "linux") return undefined;
    const ps = childProcess().spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
    const [, state, since] = /^\s*(\S+)\s+(.+?)\s*$/.exec(ps.stdout ?? "") ?? [];
    return since === undefined || state?.startsWith("Z") === true ? undefined : since;
  }
  return startTimeOf(stat);
}

/** /proc/PID/stat; undefined when there is no such process, or no /proc. */
export function statLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
}

/** From the text of a stat file. The command's name, in parentheses, may hold spaces and parentheses itself. */
export function startTimeOf(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  return state === undefined || state === "Z" || state === "X" ? undefined : fields[19];
}
