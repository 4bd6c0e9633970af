/**
 * Which process, in words that another process can judge: `<pid>-<start time>-<place>`. A pid says something only where
 * it was given: in the PID namespace `<namespace>` of the boot `<boot>` of `<host>`, which are the place.
 */
import { readFileSync, readlinkSync } from "node:fs";

import { errno } from "@fleet/kit/errors";
import { childProcess, os } from "@fleet/kit/node";
import { startTimeOf, statLine } from "./process.ts";

export type Fate =
  | "alive"
  /** It has ended, for sure: its pid is nobody's, a zombie's or a later process's, or its machine was started again. */
  | "dead"
  /** Of another container or another machine: nothing can be said from here. */
  | "elsewhere";

export interface WriterId {
  readonly pid: number;
  /** Empty where there is no /proc. */
  readonly start: string;
  readonly place: string;
}

function slurp(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "";
  } catch {
    return "";
  }
}

function lookAtOurselves(): WriterId {
  const stat = slurp("/proc/self/stat");
  // A /proc of another namespace speaks of other pids: then this is a place of its own.
  const isOurs = Number.parseInt(stat, 10) === process.pid;
  const boot = slurp("/proc/sys/kernel/random/boot_id").slice(-12);
  const host = slurp("/proc/sys/kernel/hostname") || os().hostname();
  const place = `${isOurs ? namespace() : ""}.${boot}.${host.replaceAll(/[^\w.]/g, "_").slice(0, 64)}`;
  return { pid: process.pid, start: (isOurs ? startTimeOf(stat) : undefined) ?? "", place };
}

let own: WriterId | undefined;
/** This process, looked at once. */
export const ownId = (): WriterId => (own ??= lookAtOurselves());

export const encodeId = ({ pid, start, place }: WriterId): string => `${pid}-${start}-${place}`;

export function decodeId(text: string): WriterId | undefined {
  const [, pid, start = "", place = ""] = /^(\d+)-(\d*)-(\w*\.\w*\.[\w.]*)$/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start, place };
}

/** Of a place; the host's name may have dots itself. */
const partsOf = (place: string): readonly [namespace: string, boot: string, host: string] => {
  const [space = "", boot = "", ...host] = place.split(".");
  return [space, boot, host.join(".")];
};

export const hostOf = ({ place }: WriterId): string => partsOf(place)[2];

/** "dead" lets a lock be broken, so that whatever is doubtful is alive. */
export function fateOf({ pid, start, place }: WriterId): Fate {
  const [[ourSpace, ourBoot, ourHost], [space, boot, host]] = [partsOf(ownId().place), partsOf(place)];
  if (boot !== ourBoot) return boot !== "" && ourBoot !== "" && host === ourHost ? "dead" : "elsewhere";
  // Without a /proc on both sides (macOS) the host's name is all there is.
  const isHere = boot === "" ? host === ourHost : space !== "" && space === ourSpace;
  if (!isHere) return pid === process.pid && place === ownId().place ? "alive" : "elsewhere";
  const stat = statLine(pid);
  if (stat === undefined) return isThere(pid) ? "alive" : "dead";
  const now = startTimeOf(stat);
  return now === undefined || (start !== "" && now !== start) ? "dead" : "alive";
}

/** Not by /proc, which may refuse for reasons of its own (too many open files, hidepid). */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errno(error) !== "ESRCH";
  }
  if (process.platform === "linux") return true;
  const ps = childProcess().spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return !(ps.stdout ?? "").trim().startsWith("Z");
}
