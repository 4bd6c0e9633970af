/** Which processes of a test are alive, found without fleet's own means: by what their environment or arguments name. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Seen {
  readonly pid: number;
  readonly command: string;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // Gone meanwhile.
    return "";
  }
}

/** Living processes (no zombies) with this text in their environment or arguments; this one is not among them. */
export function naming(text: string): Seen[] {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-axeww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 2 ** 28 });
    return stdout
      .split("\n")
      .filter((line) => line.includes(text))
      .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, "") }))
      .filter(({ pid }) => pid !== process.pid);
  }
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .flatMap((pid) => {
      const command = read(`/proc/${pid}/cmdline`);
      if (!command.includes(text) && !read(`/proc/${pid}/environ`).includes(text)) return [];
      return alive(pid) ? [{ pid, command: command.replaceAll("\0", " ").trim().slice(0, 300) }] : [];
    });
}

/** A zombie is not alive. */
export function alive(pid: number): boolean {
  if (process.platform === "linux") {
    const stat = read(`/proc/${pid}/stat`);
    return stat !== "" && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  }
  const { status, stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && !stdout.startsWith("Z");
}

/** The session a process is in; undefined for one that is gone. */
export function sessionOf(pid: number): number | undefined {
  const { stdout } = spawnSync("ps", ["-o", "sess=", "-p", String(pid)], { encoding: "utf8" });
  const session = Number.parseInt(stdout, 10);
  return Number.isNaN(session) ? undefined : session;
}
