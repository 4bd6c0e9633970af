/** Which processes are alive, found without fleet's own means: by what their environment or arguments say. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Seen {
  readonly pid: number;
  /** The command line, its words with blanks between. */
  readonly command: string;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // Gone meanwhile, or another user's.
    return "";
  }
}

/** A zombie is not alive. */
export function isAlive(pid: number): boolean {
  if (process.platform === "linux") {
    const stat = read(`/proc/${pid}/stat`);
    return stat !== "" && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  }
  const { status, stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && !stdout.startsWith("Z");
}

/** NAME=value of each variable it was started with; none where that can't be seen. */
export const environOf = (pid: number): string[] => read(`/proc/${pid}/environ`).split("\0");

const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();

/** The living ones of which this holds, this process left out. Only where there is a /proc. */
export function living(isWanted: (seen: Seen, environ: readonly string[]) => boolean): Seen[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const seen = {
      pid,
      // Most ask for the environment alone, and each file of each process is a call or two more.
      get command() {
        return commandOf(pid);
      },
    };
    return isWanted(seen, environOf(pid)) && isAlive(pid) ? [{ pid, command: seen.command }] : [];
  });
}

/** Those that were started with this variable, of exactly this value. */
export const processesWith = (name: string, value: string): number[] =>
  living((_seen, environ) => environ.includes(`${name}=${value}`)).map(({ pid }) => pid);

/** Those that have this text anywhere in their environment or arguments. */
export function naming(text: string): Seen[] {
  if (process.platform === "linux")
    return living(({ command }, environ) => command.includes(text) || environ.some((one) => one.includes(text)));
  const { stdout } = spawnSync("ps", ["-axeww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 2 ** 28 });
  return stdout
    .split("\n")
    .filter((line) => line.includes(text))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, "") }))
    .filter(({ pid }) => pid !== process.pid);
}

/** The session a process is in; undefined for one that is gone. */
export function sessionOf(pid: number): number | undefined {
  const { stdout } = spawnSync("ps", ["-o", "sess=", "-p", String(pid)], { encoding: "utf8" });
  const session = Number.parseInt(stdout, 10);
  return Number.isNaN(session) ? undefined : session;
}
