/**
 * Which process, in words that another process can judge: `<pid>-<start time>-<place>`. A pid says something only where
 * it was given: in the PID namespace `<namespace>` of the boot `<boot>` of `<host>`, which are the place.
 */
import { readFileSync, readlinkSync } from "node:fs";

import { errno } from "../errors.ts";
import { childProcess, os } from "../node.ts";

export type Fate =
  | "alive"
  /** It has ended, for sure: its pid is nobody's, a zombie's or a later process's, or its machine was started again. */
  | "dead"
  /** Of another container or machine, or the system does not tell: no answer, which is not a no. */
  | "unknown";

export interface ProcessId {
  readonly pid: number;
  /** When it was started, in the system's count: digits. Empty where that was not to be had. */
  readonly start: string;
  readonly place: string;
}

/** A file of /proc; undefined where it is not, or can't be read. */
export function procText(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch {
    return undefined;
  }
}

/**
 * Field 22 of /proc/PID/stat, from its text: what tells a process from a later one of the same pid. Undefined for a zombie
 * (in a container whose PID 1 does not reap, the dead stay). The command's name, in parentheses, may hold anything.
 */
export function startTimeOf(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  return state === undefined || state === "Z" || state === "X" ? undefined : fields[19];
}

/** The start time as `ps -o lstart=` tells it, in seconds since 1970, as digits. */
export const startOfText = (lstart: string): string => {
  const millis = Date.parse(lstart);
  return Number.isNaN(millis) ? "" : String(millis / 1000);
};

/** Where there is no /proc. */
function startByPs(pid: number): string | undefined {
  const ps = childProcess().spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
  });
  const [, state, since] = /^\s*(\S+)\s+(.+?)\s*$/.exec(ps.stdout ?? "") ?? [];
  return since === undefined || state?.startsWith("Z") === true ? undefined : startOfText(since);
}

/** Undefined: there is no such process, it is a zombie, or the system does not tell. */
export function startTime(pid: number): string | undefined {
  if (process.platform !== "linux") return startByPs(pid);
  const stat = procText(`${pid}/stat`);
  return stat === undefined ? undefined : startTimeOf(stat);
}

function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "";
  } catch {
    return "";
  }
}

/** What tells this boot of the machine from another: "" where there is no /proc. */
const bootOf = (): string => procText("sys/kernel/random/boot_id")?.trim() ?? "";

function lookAtOurselves(): ProcessId {
  const stat = procText("self/stat");
  // A /proc of another namespace speaks of other pids: then this is a place of its own.
  const isOurs = stat !== undefined && Number.parseInt(stat, 10) === process.pid;
  const host = procText("sys/kernel/hostname")?.trim() || os().hostname();
  const start = isOurs ? startTimeOf(stat) : process.platform === "linux" ? undefined : startByPs(process.pid);
  const place = `${isOurs ? namespace() : ""}.${bootOf().slice(-12)}.${host.replaceAll(/[^\w.]/g, "_").slice(0, 64)}`;
  return { pid: process.pid, start: start ?? "", place };
}

let own: ProcessId | undefined;
/** This process, looked at once. */
export const ownId = (): ProcessId => (own ??= lookAtOurselves());

export const encodeId = ({ pid, start, place }: ProcessId): string => `${pid}-${start}-${place}`;

export function decodeId(text: string): ProcessId | undefined {
  const [, pid, start = "", place = ""] = /^(\d+)-(\d*)-(\w*\.\w*\.[\w.]*)$/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start, place };
}

/** Of a place; the host's name may have dots itself. */
const partsOf = (place: string): readonly [namespace: string, boot: string, host: string] => {
  const [space = "", boot = "", ...host] = place.split(".");
  return [space, boot, host.join(".")];
};

export const hostOf = ({ place }: Pick<ProcessId, "place">): string => partsOf(place)[2];

export type Whereabouts =
  /** A pid of that place means here what it means there. */
  | "here"
  /** The same machine, started again since: nothing of it lives. */
  | "before-boot"
  /** Another PID namespace or machine, or nobody can say. */
  | "elsewhere";

export function whereabouts(place: string): Whereabouts {
  const [[ourSpace, ourBoot, ourHost], [space, boot, host]] = [partsOf(ownId().place), partsOf(place)];
  if (boot !== ourBoot) return boot !== "" && ourBoot !== "" && host === ourHost ? "before-boot" : "elsewhere";
  // Without a /proc on both sides (macOS) the host's name is all there is.
  const isHere = boot === "" ? host === ourHost : space !== "" && space === ourSpace;
  return isHere ? "here" : "elsewhere";
}

/** What is "dead" may be taken over: whatever is doubtful is "unknown". */
export function fateOf({ pid, start, place }: ProcessId): Fate {
  if (pid === process.pid && place === ownId().place && start === ownId().start) return "alive";
  const where = whereabouts(place);
  if (where !== "here") return where === "before-boot" ? "dead" : "unknown";
  const stat = process.platform === "linux" ? procText(`${pid}/stat`) : undefined;
  const now = stat === undefined ? startTime(pid) : startTimeOf(stat);
  if (now !== undefined) return start === "" || now === start ? "alive" : "dead";
  if (stat !== undefined) return "dead";
  return isThere(pid) ? "unknown" : "dead";
}

/**
 * Whether another process has the pid now. A pid is not given out while a group or session of that number is alive, so
 * then nothing is left of them either.
 */
export function isGivenOutAgain(pid: number, start: string | undefined): boolean {
  const now = start === undefined ? undefined : startTime(pid);
  return now !== undefined && now !== start;
}

/** Not by /proc, which may refuse for reasons of its own (too many open files, hidepid). */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errno(error) !== "ESRCH";
  }
  // Where ps told nothing of it, it is a zombie.
  return process.platform === "linux";
}
