/**
 * Which process, in words that another process can judge: `<pid>-<start time>-<place>`. A pid says something only where
 * it was given: in the PID namespace `<namespace>` of the boot `<boot>` of `<host>`, which are the place.
 */
import { closeSync, openSync, readlinkSync, readSync } from "node:fs";

import { errno } from "../errors.ts";
import { childProcess, os } from "../node.ts";
import { shortageOf } from "../shortage.ts";

export type Fate =
  | "alive"
  /** It has ended, for sure: its pid is nobody's, a zombie's or a later process's, or its machine was started again. */
  | "dead"
  /** In another container or on another machine, or the system does not tell: this is no "dead". */
  | "unknown";

export interface ProcessId {
  readonly pid: number;
  /** When it was started, in the system's count: digits. Empty where that was not to be had. */
  readonly start: string;
  readonly place: string;
}

let room: Buffer | undefined;
const ROOM = 16 * 1024;

/**
 * The size of these files is not told, so that `readFileSync` takes 64 KiB anew for each: over a pass of the process table
 * that is half of the CPU.
 */
function whole(path: string): string {
  const fd = openSync(path, "r");
  try {
    let bytes = (room ??= Buffer.allocUnsafeSlow(ROOM));
    for (let size = 0; ;) {
      const more = readSync(fd, bytes, size, bytes.length - size, null);
      if (more === 0) return bytes.toString("latin1", 0, size);
      size += more;
      if (size === bytes.length) bytes = Buffer.concat([bytes], 2 * size);
    }
  } finally {
    closeSync(fd);
  }
}

/** A file of /proc; undefined where it is not, or can't be read. Throws where the machine is short of something. */
export function readProc(path: string): string | undefined {
  try {
    return whole(`/proc/${path}`);
  } catch (error) {
    if (shortageOf(error) !== undefined) throw error;
    return undefined;
  }
}

/** The same for whoever has another way to ask, and remembers nothing of it. */
export function procText(path: string): string | undefined {
  try {
    return readProc(path);
  } catch {
    return undefined;
  }
}

/** The fields of /proc/PID/stat from its third, the state, on. The command's name, in parentheses, may hold anything. */
export const statFields = (stat: string): string[] => stat.slice(stat.lastIndexOf(")") + 2).split(" ");

/**
 * Field 22 of /proc/PID/stat, from its text: what tells a process from a later one of the same pid. Undefined for a zombie
 * (in a container whose PID 1 does not reap, the dead stay).
 */
export function startTimeOf(stat: string): string | undefined {
  const fields = statFields(stat);
  const state = fields[0];
  return state === undefined || state === "Z" || state === "X" ? undefined : fields[19];
}

/** ps tells times in the zone and the language of whoever runs it; two readers have to read the same. */
export const psEnvironment = (): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  LC_ALL: "C",
  TZ: "UTC0",
});

/** The start time as `ps -o lstart=` tells it in `psEnvironment`, in seconds since 1970, as digits; empty for other text. */
export const startOfText = (lstart: string): string => {
  const millis = Date.parse(`${lstart.trim()} UTC`);
  return Number.isNaN(millis) ? "" : String(millis / 1000);
};

/** Where there is no /proc: its state in one letter or more, and its start. */
function psLine(pid: number): { readonly state: string; readonly start: string } | undefined {
  const ps = childProcess().spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: psEnvironment(),
  });
  const [, state, since] = /^\s*(\S+)\s+(.+?)\s*$/.exec(ps.stdout ?? "") ?? [];
  return state === undefined || since === undefined ? undefined : { state, start: startOfText(since) };
}

function startByPs(pid: number): string | undefined {
  const line = psLine(pid);
  return line === undefined || line.state.startsWith("Z") || line.start === "" ? undefined : line.start;
}

/** True for one that was stopped by a signal (SIGSTOP, Ctrl-Z) and does nothing until SIGCONT. */
export function isStopped(pid: number): boolean {
  const state = process.platform === "linux" ? statFields(procText(`${pid}/stat`) ?? "")[0] : psLine(pid)?.state;
  return /^[Tt]/.test(state ?? "");
}

/** The processes that one has started and not reaped yet; none where there is no /proc. */
export const childrenOf = (pid: number): number[] =>
  (procText(`${pid}/task/${pid}/children`) ?? "").split(" ").map(Number).filter(Boolean);

/** Undefined: there is no such process, it is a zombie, or the system does not tell. Throws where the machine is short of something. */
export function startTime(pid: number): string | undefined {
  if (process.platform !== "linux") return startByPs(pid);
  const stat = readProc(`${pid}/stat`);
  return stat === undefined ? undefined : startTimeOf(stat);
}

function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "";
  } catch {
    return "";
  }
}

/**
 * True where /proc speaks of our own processes: it can be read, and it is not that of another PID namespace. Throws where the machine
 * is short of something.
 */
export function isProcOurs(): boolean {
  const stat = readProc("self/stat");
  return stat !== undefined && Number.parseInt(stat, 10) === process.pid;
}

/** Tells this boot of the machine from another; "" if the system does not tell. */
function bootOf(): string {
  if (process.platform !== "darwin") return readProc("sys/kernel/random/boot_id")?.trim() ?? "";
  // The host's name changes there with the network.
  const { stdout } = childProcess().spawnSync("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" });
  return (stdout ?? "").trim().replaceAll(/\W/g, "");
}

/** macOS has no PID namespaces: all of a boot is one. */
const ONLY_NAMESPACE = "all";

function lookAtOurselves(): ProcessId {
  // A /proc of another namespace speaks of other pids: then this is a place of its own.
  const isOurs = isProcOurs();
  const host = readProc("sys/kernel/hostname")?.trim() || os().hostname();
  const start = isOurs || process.platform !== "linux" ? startTime(process.pid) : undefined;
  const boot = bootOf().slice(-12);
  const space = isOurs ? namespace() : process.platform === "darwin" && boot !== "" ? ONLY_NAMESPACE : "";
  const place = `${space}.${boot}.${host.replaceAll(/[^\w.]/g, "_").slice(0, 64)}`;
  return { pid: process.pid, start: start ?? "", place };
}

let own: ProcessId | undefined;
/** This process, looked at once. Throws where the machine is short of something: what can't be seen then is not what it is. */
export const ownId = (): ProcessId => (own ??= lookAtOurselves());

export const encodeId = ({ pid, start, place }: ProcessId): string => `${pid}-${start}-${place}`;

export function decodeId(text: string): ProcessId | undefined {
  const [, pid, start = "", place = ""] = /^(\d+)-(\d*)-(\w*\.\w*\.[\w.]*)$/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start, place };
}

/** Splits a place; the host's name may have dots itself. */
const partsOf = (place: string): readonly [namespace: string, boot: string, host: string] => {
  const [space = "", boot = "", ...host] = place.split(".");
  return [space, boot, host.join(".")];
};

export const hostOf = ({ place }: Pick<ProcessId, "place">): string => partsOf(place)[2];

/** A place in words, for a person who has to go there. */
export function placeText(place: string): string {
  const [space, , host] = partsOf(place);
  const where = space === "" || space === ONLY_NAMESPACE ? "" : `, PID namespace ${space}`;
  return `host ${host === "" ? "unknown" : host}${where}`;
}

export type Whereabouts =
  /** A pid of that place means here what it means there. */
  | "here"
  /** The same machine, started again since: nothing of it lives. */
  | "before-boot"
  /** Another PID namespace or machine, or nobody can say. */
  | "elsewhere";

export function whereabouts(place: string): Whereabouts {
  return place === ownId().place ? (ownWhereabouts ??= compared(place)) : compared(place);
}

/** Whether times there and here are told by one clock: containers of a machine share it. */
export function isOfThisBoot(place: string): boolean {
  const [[, ours, ourHost], [, boot, host]] = [partsOf(ownId().place), partsOf(place)];
  return boot === "" ? host === ourHost : boot === ours;
}

/** Asked of each attempt in each look. */
let ownWhereabouts: Whereabouts | undefined;

function compared(place: string): Whereabouts {
  const [[ourSpace, ourBoot, ourHost], [space, boot, host]] = [partsOf(ownId().place), partsOf(place)];
  if (boot !== ourBoot) return boot !== "" && ourBoot !== "" && host === ourHost ? "before-boot" : "elsewhere";
  // Without a /proc on both sides (macOS) the host's name is all there is.
  const isHere = boot === "" ? host === ourHost : space !== "" && space === ourSpace;
  return isHere ? "here" : "elsewhere";
}

/** The system's answer about a pid of this place. */
export type Seen =
  /** `start`: empty where it does not tell. */
  | { readonly kind: "living"; readonly start: string }
  /** There is none of that number, or a zombie. */
  | { readonly kind: "ended" }
  | { readonly kind: "untold" };

function seenHere(pid: number): Seen {
  if (process.platform === "linux") {
    const stat = procText(`${pid}/stat`);
    const start = stat === undefined ? undefined : startTimeOf(stat);
    if (stat !== undefined) return start === undefined ? { kind: "ended" } : { kind: "living", start };
  } else {
    const line = psLine(pid);
    if (line !== undefined)
      return line.state.startsWith("Z") ? { kind: "ended" } : { kind: "living", start: line.start };
  }
  return isThere(pid) ? { kind: "untold" } : { kind: "ended" };
}

/** "dead" allows a takeover, so every doubt is "unknown". */
export function fateOf({ pid, start, place }: ProcessId, look: (pid: number) => Seen = seenHere): Fate {
  if (pid === process.pid && place === ownId().place && start === ownId().start) return "alive";
  const where = whereabouts(place);
  if (where !== "here") return where === "before-boot" ? "dead" : "unknown";
  const seen = look(pid);
  if (seen.kind === "ended") return "dead";
  // Without its start it may be that process or a later one of the same pid.
  if (seen.kind === "untold" || start === "" || seen.start === "") return "unknown";
  return seen.start === start ? "alive" : "dead";
}

/**
 * Whether what is in the process group or session of that number belongs to the process that began at `start`. A pid is
 * not given out while a group or session of that number is alive, so one that is somebody else's now says that nothing
 * is left of ours; one whose start nobody knows may be anybody's.
 */
export function isOwnGroup(pid: number, start: string | undefined): boolean {
  if (start === undefined || start === "") return false;
  const now = startTime(pid);
  return now === undefined || now === start;
}

/** Somebody has that number. Not by /proc, which may refuse for reasons of its own (too many open files, hidepid). */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errno(error) !== "ESRCH";
  }
}
