/**
 * One run of a check, under the same wrapper as a coder: own session, output into files, the end recorded by itself, so
 * that it outlives the supervisor and the next one keeps watching it.
 */
import { ensureDir, removeTree } from "@fleet/kit/files";
import { shortageOf } from "@fleet/kit/shortage";
import { ownId } from "@fleet/kit/process/id";

import { livingOf } from "../process/cgroup.ts";
import { checkMark, type MarkedProc, processes } from "../process/procs.ts";
import { readExit, reserveExit } from "../records/record.ts";
import { fence, ownLeader, readPid, whereStarted, wrapperFate } from "../records/pid-file.ts";
import { readStop, reserveStop, writeStop } from "../records/stop.ts";
import type { StopReason } from "../records/stop.ts";
import { signalEach, signalGroup } from "../process/signal.ts";
import { launch } from "../process/spawn.ts";
import type { Clock } from "@fleet/kit/clock";
import { outputEnd, readRun, writeResult, writeRun } from "./check-files.ts";

export type RunState =
  /** Its record is there, its process not yet. */
  | { readonly kind: "starting"; readonly since: number }
  | { readonly kind: "running"; readonly startedAt: number; readonly stop: StopReason | undefined }
  /** It was started elsewhere, or the system does not tell: nothing is done about it. */
  | { readonly kind: "unknown" }
  /** It has ended, or will never come; what it left is to be ended, and its result to be written. */
  | { readonly kind: "over" };

export function look(at: string, clock: Clock): RunState {
  const run = readRun(at);
  if (run === undefined) return { kind: "over" };
  const where = whereStarted(run, clock.boot);
  const pid = readPid(at);
  if (pid.kind === "fenced" || where === "before-boot") return { kind: "over" };
  if (pid.kind === "none") return where === "here" ? { kind: "starting", since: run.monotonic } : { kind: "unknown" };
  switch (wrapperFate(pid, run, clock.boot)) {
    case "alive":
      return { kind: "running", startedAt: run.monotonic, stop: readStop(at) };
    case "dead":
      return { kind: "over" };
    case "unknown":
      // Its own word that it has ended is as good as anybody's.
      return readExit(at) === undefined ? { kind: "unknown" } : { kind: "over" };
  }
}

interface Start {
  readonly at: string;
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly shared: boolean;
  readonly cgroup: string | undefined;
  readonly commit?: string;
  readonly lacks?: readonly string[];
}

export async function startCheck({
  at,
  command,
  cwd,
  env,
  clock,
  shared,
  cgroup,
  commit,
  lacks = [],
}: Start): Promise<void> {
  ensureDir(at, 0o700);
  reserveExit(at);
  reserveStop(at);
  writeRun(at, {
    command,
    at: clock.wall(),
    monotonic: clock.monotonic(),
    boot: clock.boot,
    machine: ownId().place,
    shared,
    ...(commit === undefined ? {} : { commit }),
    ...(lacks.length === 0 ? {} : { lacks: [...lacks] }),
  });
  // One file, in the order in which it was printed.
  try {
    await launch({ dir: at, cwd, command: ["/bin/sh", "-c", `exec 2>&1\n${command}`], env, stdin: "null", cgroup });
  } catch (error) {
    // It was not run, which says nothing of what it checks: it is due again.
    if (shortageOf(error) !== undefined) removeTree(at);
    throw error;
  }
}

export const giveUp = (at: string): boolean => fence(at);
export const writeDown = (at: string, reason: StopReason, wall: number): boolean => writeStop(at, reason, wall);

/** Whose checks they are, and where. `group`: their cgroup's directory. */
interface Whose {
  readonly at: string;
  readonly uuid: string;
  readonly group: string | undefined;
  readonly boot: string;
}

/** Everything of this attempt's checks that is alive; undefined where the system does not show its processes. */
export function left({ at, uuid, group, boot }: Whose): MarkedProc[] | undefined {
  const all = processes();
  return all === undefined
    ? undefined
    : livingOf(all, checkMark(uuid), ownLeader(readPid(at), readRun(at), boot), group);
}

export function signalCheck(whose: Whose, signal: "SIGTERM" | "SIGKILL"): void {
  const { at, boot } = whose;
  const pid = readPid(at);
  const isOurs = ownLeader(pid, readRun(at), boot) > 0;
  if (signal === "SIGTERM" && isOurs && pid.kind === "wrapper" && signalGroup(pid.pid, pid.start, signal)) return;
  signalEach(left(whose) ?? [], signal);
}

/** 128 and SIGHUP, SIGINT, SIGKILL, SIGTERM: it is run again, a few times. */
const KILLED_FROM_OUTSIDE: ReadonlySet<number> = new Set([129, 130, 137, 143]);

/** Nothing of it lives any more: what it showed. `disturbed`: somebody began beside it. */
export function conclude(at: string, clock: Clock, disturbedSince: (wall: number) => boolean): void {
  const run = readRun(at);
  const exit = readExit(at);
  const stop = readStop(at);
  const timedOut = stop?.kind === "timed-out";
  const ended = stop !== undefined && !timedOut;
  const isHit = stop === undefined && exit !== undefined && KILLED_FROM_OUTSIDE.has(exit.code);
  const verdict = timedOut
    ? "timed-out"
    : ended || isHit || exit === undefined
      ? "interrupted"
      : exit.code === 0
        ? "passed"
        : "failed";
  writeResult(at, {
    command: run?.command ?? "",
    verdict,
    ...(exit === undefined ? {} : { code: exit.code }),
    ms: run === undefined ? 0 : Math.max(0, clock.wall() - run.at),
    disturbed: run !== undefined && (run.shared || disturbedSince(run.at)),
    ...(ended ? { shutdown: true } : {}),
    tail: outputEnd(at),
  });
}
