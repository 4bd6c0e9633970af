/** cgroup v2 directories of Linux (cgroups(7)): the files of the kernel by which processes are put together and ended. */
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { errno } from "../errors.ts";
import { readBounded } from "../read.ts";
import { refusedByMachine } from "../shortage.ts";
import { readProc } from "./id.ts";

const procsOf = (dir: string): string => join(dir, "cgroup.procs");

/** The files that tell where a cgroup could be made: this process's mounts, and its own cgroup. */
export const ownCgroup = (): { readonly mounts: string; readonly own: string } => ({
  mounts: readProc("self/mountinfo") ?? "",
  own: readProc("self/cgroup") ?? "",
});

/** Makes it with those above it; the system's refusal is thrown as it is. */
export function makeCgroup(dir: string): void {
  mkdirSync(dir, { recursive: true });
}

/** A directory of any other file system holds nobody. */
export const isCgroup = (dir: string): boolean => readBounded(procsOf(dir)).kind === "text";

/** True while nothing in it may run (docker pause, systemctl freeze): it, or one above it, is frozen. */
export function isFrozenCgroup(dir: string): boolean {
  const read = readBounded(join(dir, "cgroup.events"));
  return read.kind === "text" && /^frozen 1$/m.test(read.text);
}

/** Puts this process into it. */
export const enterCgroup = (dir: string): void => writeFileSync(procsOf(dir), String(process.pid));

/** The cgroups right below it; none where it is gone. Throws where the machine is short of something. */
export function cgroupsBelow(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(dir, entry.name)] : [],
    );
  } catch (error) {
    if (refusedByMachine(error) !== undefined) throw error;
    return [];
  }
}

/** The pids in it and in every cgroup below it; none where it is gone. */
export function membersOf(dir: string): number[] {
  // Unreadable: a threaded one, whose processes are in the one above it.
  const read = readBounded(procsOf(dir));
  // 0: a process of a PID namespace that we can't see into.
  const own = (read.kind === "text" ? read.text : "")
    .split("\n")
    .map(Number)
    .filter((pid) => pid > 0);
  return [...own, ...cgroupsBelow(dir).flatMap(membersOf)];
}

/** How many of its processes the system ended because memory had run out; 0 where the memory controller is not at hand. */
export function oomKills(dir: string): number {
  const read = readBounded(join(dir, "memory.events"));
  const count = read.kind === "text" ? /^oom_kill (\d+)$/m.exec(read.text)?.[1] : undefined;
  return Number(count ?? 0);
}

/**
 * SIGKILL to all that is in it at once, which no chain of forks outruns. False where that can't be done (before Linux
 * 5.14, or whoever asks is in it).
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

/** Removes this one, which must be empty; the system's refusal is thrown as it is. */
export const removeEmptyCgroup = (dir: string): void => rmdirSync(dir);

/** Removes it and what is below it if nothing lives in it; true when it is gone. */
export function removeCgroup(dir: string): boolean {
  for (const one of cgroupsBelow(dir)) removeCgroup(one);
  try {
    rmdirSync(dir);
    return true;
  } catch (error) {
    // EBUSY: somebody lives in it, or entered meanwhile; a later look finds it empty.
    return errno(error) === "ENOENT";
  }
}
