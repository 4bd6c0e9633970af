/** The pid file of an attempt: who has it, and what became of that one. */
import { join } from "node:path";

import { createExclusive, setAside } from "@fleet/kit/files";
import {
  type Fate,
  fateOf,
  isOwnGroup,
  ownId,
  startOfText,
  startTimeOf,
  type Whereabouts,
  whereabouts,
} from "@fleet/kit/process/id";
import { readText } from "@fleet/kit/read";

import { FILES } from "./files.ts";
import type { AttemptRecord } from "./record.ts";

/** The owner of the pid file: the wrapper that came first, or a supervisor that gave the attempt up before. */
export type PidFile =
  | { readonly kind: "none" }
  | { readonly kind: "fenced" }
  /** `start` is undefined if the system did not say: then the pid may belong to another process by now. */
  | { readonly kind: "wrapper"; readonly pid: number; readonly start: string | undefined };

const FENCED = "fenced";

export function readPid(dir: string): PidFile {
  const text = readText(join(dir, FILES.pid))?.trim();
  if (text === undefined || text === "") return { kind: "none" };
  if (text === FENCED) return { kind: "fenced" };
  const [, digits = "", rest = ""] = /^(\d+)\s*(.*)$/s.exec(text) ?? [];
  if (digits === "") return { kind: "none" };
  // From the system: /proc/PID/stat, or its start time from ps.
  const start = rest.includes(")") ? startTimeOf(text) : startOfText(rest);
  return { kind: "wrapper", pid: Number(digits), start: start === "" ? undefined : start };
}

/** Where and when a wrapper was started. */
export type Started = Pick<AttemptRecord, "boot" | "machine">;

/** Where a wrapper was started, seen from here. `boot`: the present one. */
export function whereStarted({ boot: started, machine }: Started, boot: string): Whereabouts {
  // Written before places were: by this machine.
  if (machine === undefined) return started === boot ? "here" : "before-boot";
  return whereabouts(machine);
}

/** Whether the wrapper that took the pid file lives. `boot`: the present one. */
export function wrapperFate(
  { pid, start = "" }: Extract<PidFile, { kind: "wrapper" }>,
  started: Started,
  boot: string,
): Fate {
  switch (whereStarted(started, boot)) {
    case "before-boot":
      return "dead";
    case "elsewhere":
      return "unknown";
    case "here":
      return fateOf({ pid, start, place: ownId().place });
  }
}

/**
 * The number of the process group and session that are surely the wrapper's, to sweep from; 0 where there is none: it was
 * started elsewhere or before this boot, or its pid may be somebody else's by now.
 */
export function ownLeader(pid: PidFile, started: Started | undefined, boot: string): number {
  if (pid.kind !== "wrapper" || started === undefined || whereStarted(started, boot) !== "here") return 0;
  return isOwnGroup(pid.pid, pid.start) ? pid.pid : 0;
}

/**
 * Gives the attempt up: true when no wrapper can start it any more, false when one came first. A wrapper puts its file there
 * whole, so one that names nobody is not a wrapper's, and keeps no fence from being made.
 */
export function fence(dir: string): boolean {
  const path = join(dir, FILES.pid);
  const make = (): boolean => createExclusive(path, `${FENCED}\n`);
  return make() || (readPid(dir).kind === "none" && setAside(path, -1) && make());
}
