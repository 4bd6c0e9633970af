/** How much memory a program could still take, by what Linux says of the machine and of the cgroups this process is in. */
import { dirname, join } from "node:path";

import { readText } from "../read.ts";
import { procText } from "./id.ts";

/** Where version 2 of the cgroups is mounted on every distribution (cgroups(7)). */
const CGROUPS = "/sys/fs/cgroup";

/** From the text of /proc/meminfo, in bytes. Pure. */
export function availableIn(meminfo: string): number | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/**
 * What a limited cgroup has left, from the texts of its memory.max, memory.current and memory.stat; undefined for one
 * without a limit. Pure. Pages of files that nobody has used lately are given up before anything is killed.
 */
export function leftIn(max: string, current: string, stat: string): number | undefined {
  const [limit, used] = [Number(max), Number(current)];
  if (max.trim() === "" || current.trim() === "" || !Number.isFinite(limit) || !Number.isFinite(used)) return undefined;
  const cached = Number(/^inactive_file (\d+)$/m.exec(stat)?.[1] ?? 0);
  return Math.max(0, limit - used + cached);
}

function* cgroupsAbove(own: string, root: string): Generator<string> {
  const path = own
    .split("\n")
    .find((line) => line.startsWith("0::"))
    ?.slice("0::".length);
  if (path === undefined || path.startsWith("/..")) return;
  for (let dir = join(root, path); dir.startsWith(root); dir = dirname(dir)) yield dir;
}

/**
 * What each limited cgroup leaves, from that of a process up to `root`. `own`: the text of its /proc/PID/cgroup; of cgroups of
 * version 1 it says nothing here.
 */
export function leftInCgroups(own: string, root = CGROUPS): number[] {
  const read = (dir: string, name: string): string => readText(join(dir, name)) ?? "";
  return [...cgroupsAbove(own, root)].flatMap(
    (dir) => leftIn(read(dir, "memory.max"), read(dir, "memory.current"), read(dir, "memory.stat")) ?? [],
  );
}

/** In bytes; undefined where the system does not tell (macOS counts its caches as used). */
export function freeMemory(): number | undefined {
  const machine = availableIn(procText("meminfo") ?? "");
  if (machine === undefined) return undefined;
  return Math.min(machine, ...leftInCgroups(procText("self/cgroup") ?? ""));
}
