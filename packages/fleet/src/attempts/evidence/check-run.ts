/**
 * One run of a check, under the same wrapper as a coder: own session, output into files, the end recorded by itself, so
 * that it outlives the supervisor and the next one goes on watching it.
 */
import { ensureDir } from "@fleet/kit/files";
import { isGivenOutAgain, ownId } from "@fleet/kit/process/id";

import { livingOf } from "../process/cgroup.ts";
import { checkMark, type MarkedProc, processes } from "../process/procs.ts";
import { fence, readExit, readPid, wrapperFate } from "../records/record.ts";
import { readStop, writeStop } from "../records/stop.ts";
import type { StopReason } from "../records/stop.ts";
import { signalEach, signalGroup } from "../process/signal.ts";
import { launch } from "../process/spawn.ts";
import type { Clock } from "@fleet/kit/clock";
import { outputEnd, readRun, writeResult, writeRun } from "./check-files.ts";

export type RunState =
  /** Its record is there, its process not yet. */
  | { readonly kind: "starting"; readonly since: number }
  | { readonly kind: "running"; readonly startedAt: number; readonly stop: StopReason | undefined }
  /** It has ended, or will never come; what it left is to be ended, and its result to be written. */
  | { readonly kind: "over" };

export function look(at: string, clock: Clock): RunState {
  const run = readRun(at);
  if (run === undefined || run.boot !== clock.boot) return { kind: "over" };
  const pid = readPid(at);
  if (pid.kind === "none") return { kind: "starting", since: run.monotonic };
  if (pid.kind === "fenced") return { kind: "over" };
  return wrapperFate(pid, run, clock.boot) === "alive"
    ? { kind: "running", startedAt: run.monotonic, stop: readStop(at) }
    : { kind: "over" };
}

interface Start {
  readonly at: string;
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly shared: boolean;
  readonly cgroup: string | undefined;
}

export async function startCheck({ at, command, cwd, env, clock, shared, cgroup }: Start): Promise<void> {
  ensureDir(at, 0o700);
  writeRun(at, {
    command,
    at: clock.wall(),
    monotonic: clock.monotonic(),
    boot: clock.boot,
    machine: ownId().place,
    shared,
  });
  // One file, in the order in which it was printed.
  await launch({ dir: at, cwd, command: ["/bin/sh", "-c", `exec 2>&1\n${command}`], env, stdin: "null", cgroup });
}

export const giveUp = (at: string): boolean => fence(at);
export const writeDown = (at: string, reason: StopReason, wall: number): boolean => writeStop(at, reason, wall);

/** Everything of this attempt's checks that is alive. `group`: their cgroup's directory. */
export function left(at: string, uuid: string, group: string | undefined): MarkedProc[] {
  const pid = readPid(at);
  const isOurs = pid.kind === "wrapper" && !isGivenOutAgain(pid.pid, pid.start);
  return livingOf(processes(), checkMark(uuid), isOurs ? pid.pid : 0, group);
}

export function signalCheck(at: string, uuid: string, group: string | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  const pid = readPid(at);
  if (signal === "SIGTERM" && pid.kind === "wrapper" && signalGroup(pid.pid, pid.start, signal)) return;
  signalEach(left(at, uuid, group), signal);
}

/** Nothing of it lives any more: what it showed. `disturbed`: somebody began beside it. */
export function conclude(at: string, clock: Clock, disturbedSince: (wall: number) => boolean): void {
  const run = readRun(at);
  const exit = readExit(at);
  const stop = readStop(at);
  const timedOut = stop?.kind === "timed-out";
  const ended = stop !== undefined && !timedOut;
  const verdict = timedOut
    ? "timed-out"
    : ended || exit === undefined
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
