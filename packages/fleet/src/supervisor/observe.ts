/** Looks at the world: the store, the attempts' directories, the process table. Changes nothing but what is remembered. */
import { join } from "node:path";

import { fleetRecord, heldBy } from "@fleet/store/claims";
import type { Snapshot } from "@fleet/store/snapshot";
import { startTime } from "@fleet/store/git/process";

import { FILES } from "../attempt/paths.ts";
import { belonging, type Proc, processes } from "../attempt/procs.ts";
import { type PidFile, readAttempt, readOutcome, readExit, readPid, readStop } from "../attempt/record.ts";
import { Tail } from "../attempt/tail.ts";
import { coderNamed, type Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { knownWindow } from "./windows.ts";
import type { AttemptView, Phase, Running } from "./world.ts";

/** One pass over the process table serves all attempts of a tick, and none is made when nobody asks. */
export class ProcessTable {
  #all: readonly Proc[] | undefined;

  of(uuid: string, leader: number): Proc[] {
    this.#all ??= processes();
    return belonging(this.#all, uuid, leader);
  }
}

/** False: it is gone, or its pid belongs to somebody else now. */
function wrapperLives(pid: Extract<PidFile, { kind: "wrapper" }>, boot: string, here: string): boolean {
  if (boot !== here) return false;
  const now = startTime(pid.pid);
  return now !== undefined && (pid.start === undefined || now === pid.start);
}

function phaseOf(context: Context, handle: Handle, snapshot: Snapshot | undefined, table: ProcessTable): Phase {
  const { dir } = handle;
  if (readOutcome(dir) !== undefined) return { kind: "judged" };
  handle.record ??= readAttempt(dir);
  const pid = readPid(dir);
  if (pid.kind === "fenced") return { kind: "fenced" };
  const { record } = handle;
  if (record === undefined) return { kind: "claimed" };
  const otherBoot = record.boot !== context.clock.boot;
  if (pid.kind === "none") return { kind: "launching", since: record.monotonic, otherBoot };
  follow(context, handle);
  if (wrapperLives(pid, record.boot, context.clock.boot))
    return { kind: "running", ...running(context, handle, snapshot) };
  // The wrapper is gone. Without its exit record the coder may live on: in the wrapper's group.
  if (!otherBoot && readExit(dir) === undefined) {
    const alive = table.of(handle.ref.uuid, pid.pid).filter((proc) => proc.group === pid.pid);
    if (alive.length > 0) {
      if (!handle.orphanSeen) context.journal.write("adopt", "its wrapper is gone, the coder lives on", handle.task);
      handle.orphanSeen = true;
      return { kind: "running", ...running(context, handle, snapshot) };
    }
  }
  return { kind: "ended", quiet: handle.quiet, drained: handle.drained };
}

/** Reads the log on, and remembers when the coder's closing line came. */
function follow(context: Context, handle: Handle): void {
  const { record } = handle;
  if (record === undefined) return;
  handle.coder ??= coderNamed(context.config(), record.coder);
  if (handle.coder === undefined) return;
  handle.tail ??= new Tail(handle.dir, handle.coder, context.clock.wall(), record.counted);
  handle.tail.pump(context.clock.wall());
  const { result, background } = handle.tail.facts;
  if (result === undefined || background > 0) handle.resultAt = undefined;
  else handle.resultAt ??= context.clock.monotonic();
}

function running(context: Context, handle: Handle, snapshot: Snapshot | undefined): Running {
  const { record, tail } = handle;
  const issue = snapshot?.issue(handle.task);
  const finished =
    issue !== undefined &&
    heldBy(issue)?.uuid === handle.ref.uuid &&
    (fleetRecord(issue).completion !== undefined || issue.status === "blocked");
  if (finished) handle.finishedAt ??= context.clock.monotonic();
  const tokens = tail?.facts.context;
  handle.window ??= record === undefined ? undefined : knownWindow(context.home, record.coder, record.model);
  const window = tail?.facts.window ?? handle.window;
  return {
    startedAt: record?.monotonic ?? 0,
    timeoutMs: record?.timeout_ms ?? Infinity,
    stop: readStop(handle.dir),
    termedAt: handle.termedAt,
    finishedAt: handle.finishedAt,
    resultAt: handle.resultAt,
    context: tokens === undefined || window === undefined ? undefined : { tokens, window },
  };
}

/** `snapshot` is undefined where the store can't be read. */
export function view(
  context: Context,
  handle: Handle,
  snapshot: Snapshot | undefined,
  table: ProcessTable,
): AttemptView {
  const issue = snapshot?.issue(handle.task);
  const holder = issue === undefined ? undefined : heldBy(issue)?.uuid;
  const held =
    snapshot === undefined || (holder === handle.ref.uuid && issue?.status !== "closed" && issue?.status !== "open");
  return {
    task: handle.task,
    ref: handle.ref,
    coder: handle.record?.coder ?? handle.coderName,
    cwd: handle.record?.cwd ?? handle.cwd,
    held,
    phase: phaseOf(context, handle, snapshot, table),
  };
}

/** The pid to sweep from: the wrapper's, where one was recorded in this boot; 0 otherwise. */
export function leaderPid(handle: Handle, boot: string): number {
  const pid = readPid(handle.dir);
  return pid.kind === "wrapper" && handle.record?.boot === boot ? pid.pid : 0;
}

export const stderrPath = (handle: Handle): string => join(handle.dir, FILES.stderr);
