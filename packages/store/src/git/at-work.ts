/** Whether some git works in the home just now: asked only about an empty lock, where nothing else tells whose it is. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, sep } from "node:path";

import { swapPath } from "./swap-dir.ts";
import { waitingCommandLine } from "./waiting.ts";

function isGit(pid: string): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  return name.startsWith("git") && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}

function isIn(pid: string, home: string, waiting: string): boolean {
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  // One that waits to be told holds nothing, and of one that was told there is a note.
  if (command.endsWith(waiting)) return false;
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  return cwd === home || cwd.startsWith(`${home}${sep}`) || command.includes(home);
}

/**
 * True when a git that is none of these is at work in the home (its directory, or named in its arguments). Only Linux
 * tells; elsewhere the answer is no, and the age of the lock has to do.
 */
export function gitAtWork(gitDir: string, except: ReadonlySet<number>): boolean {
  if (process.platform !== "linux") return false;
  const home = dirname(gitDir);
  const waiting = waitingCommandLine(swapPath(gitDir));
  return readdirSync("/proc").some((pid) => {
    if (!/^\d+$/.test(pid) || except.has(Number(pid))) return false;
    try {
      return isGit(pid) && isIn(pid, home, waiting);
    } catch {
      // It ended while we looked, or is somebody else's whose directory we may not see.
      return false;
    }
  });
}
