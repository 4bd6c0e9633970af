/** Looks at the world: the store, the attempts' directories, the process table. Changes nothing but what is remembered. */
import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";

import { emptyFacts } from "@fleet/coders/facts";
import { fleetRecord, heldBy, isRecordUnknown } from "@fleet/store/claims";
import { StoreError } from "@fleet/store/errors";
import { startTime } from "@fleet/store/git/process";
import type { Issue } from "@fleet/store/issue";
import { openQuestions, waitedMs } from "@fleet/store/questions";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Limits } from "../limits/limits.ts";
import type { Used } from "../limits/measure.ts";
import { FILES } from "../attempt/paths.ts";
import { livingOf } from "../attempt/cgroup.ts";
import { attemptGroup, checkGroup, isGroupOf } from "../attempt/cgroup-place.ts";
import { waitsForPerson } from "../attempt/question-file.ts";
import { checkMark, type Proc, processes } from "../attempt/procs.ts";
import { type PidFile, readAttempt, readOutcome, readExit, readPid, readStop, readWarned } from "../attempt/record.ts";
import { Tail } from "../attempt/tail.ts";
import { coderNamed, type Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { Vitals } from "./vitals.ts";
import { watchLife } from "./watch-life.ts";
import { knownWindow } from "./windows.ts";
import type { AttemptView, Claim, Phase, Running } from "./world.ts";

/** One pass over the process table serves all attempts of a tick, and none is made when nobody asks. */
export class ProcessTable {
  #all: readonly Proc[] | undefined;
  /** What processes use, kept from tick to tick. */
  readonly vitals: Vitals;

  constructor(vitals = new Vitals()) {
    this.vitals = vitals;
  }

  /** `group`: the directory of a cgroup, all of whose processes belong to it. */
  of(uuid: string, leader: number, group: string | undefined): Proc[] {
    this.#all ??= processes();
    return livingOf(this.#all, uuid, leader, group);
  }

  /** Everything of the attempt itself. */
  ofAttempt(context: Context, handle: Handle): Proc[] {
    return this.of(handle.ref.uuid, leaderPid(handle, context.clock.boot), groupOf(context, handle));
  }

  /** Everything of its checks. */
  ofChecks(context: Context, handle: Handle): Proc[] {
    const group = groupOf(context, handle);
    return this.of(checkMark(handle.ref.uuid), 0, group === undefined ? undefined : checkGroup(group));
  }
}

/** Its cgroup: the recorded one; without a record, where it would be. A path that is not this attempt's is nobody's. */
export function groupOf({ cgroups }: Pick<Context, "cgroups">, { record, ref }: Handle): string | undefined {
  if (record === undefined) return cgroups?.kind === "area" ? attemptGroup(cgroups.area, ref.uuid) : undefined;
  const { cgroup } = record;
  return cgroup !== undefined && isGroupOf(cgroup, ref.uuid) ? cgroup : undefined;
}

/** The fence, or who came first: read until it is there, then remembered. */
export function pidOf(handle: Handle): PidFile {
  if (handle.pid !== undefined) return handle.pid;
  const pid = readPid(handle.dir);
  if (pid.kind !== "none") handle.pid = pid;
  return pid;
}

/** False: it is gone, or its pid belongs to somebody else now. */
function wrapperLives(pid: Extract<PidFile, { kind: "wrapper" }>, boot: string, here: string): boolean {
  if (boot !== here) return false;
  const now = startTime(pid.pid);
  return now !== undefined && (pid.start === undefined || now === pid.start);
}

function phaseOf(context: Context, handle: Handle, issue: Issue | undefined, table: ProcessTable): Phase {
  const { dir } = handle;
  if (readOutcome(dir) !== undefined) return { kind: "judged" };
  handle.record ??= readAttempt(dir);
  const pid = pidOf(handle);
  if (pid.kind === "fenced") return { kind: "fenced" };
  const ended: Phase = { kind: "ended", quiet: handle.quiet, drained: handle.drained };
  const { record } = handle;
  if (record === undefined) {
    // No record, and yet something of it: the directory was taken away under a living attempt.
    const strays = pid.kind === "wrapper" || (!handle.fresh && table.ofAttempt(context, handle).length > 0);
    if (strays || handle.sweeps + handle.quiet > 0) return ended;
    return { kind: "claimed", stopped: readStop(dir) !== undefined };
  }
  const otherBoot = record.boot !== context.clock.boot;
  if (pid.kind === "none")
    return { kind: "launching", since: record.monotonic, otherBoot, stopped: readStop(dir) !== undefined };
  follow(context, handle);
  if (wrapperLives(pid, record.boot, context.clock.boot))
    return { kind: "running", ...running(context, handle, issue, table) };
  // The wrapper is gone. Without its exit record the coder may live on: in the wrapper's group.
  if (!otherBoot && readExit(dir) === undefined) {
    const alive = table.ofAttempt(context, handle).filter((proc) => proc.group === pid.pid);
    if (alive.length > 0) {
      if (!handle.orphanSeen) context.journal.write("adopt", "its wrapper is gone, the coder lives on", handle.task);
      handle.orphanSeen = true;
      return { kind: "running", ...running(context, handle, issue, table) };
    }
  }
  return ended;
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

function running(context: Context, handle: Handle, issue: Issue | undefined, table: ProcessTable): Running {
  const { record, tail } = handle;
  const finished =
    issue !== undefined &&
    heldBy(issue)?.uuid === handle.ref.uuid &&
    (fleetRecord(issue).completion !== undefined || issue.status === "blocked");
  if (finished) handle.finishedAt ??= context.clock.monotonic();
  const { log_cap } = context.config();
  const waited = issue === undefined ? 0 : waitedMs(issue, handle.ref.uuid, context.clock.wall());
  const tokens = tail?.facts.context;
  handle.window ??= record === undefined ? undefined : knownWindow(context.home, record.coder, record.model);
  const window = tail?.facts.window ?? handle.window;
  handle.warned ??= readWarned(handle.dir);
  const limits: Limits = { ...record?.limits, timeout: (record?.timeout_ms ?? Infinity) + waited };
  const bytes = printed(handle.dir);
  const stop = readStop(handle.dir);
  const isOver = stop !== undefined || handle.finishedAt !== undefined || handle.resultAt !== undefined;
  const leader = (): number => leaderPid(handle, context.clock.boot);
  const asks = issue === undefined ? undefined : asksNow(context, handle, issue);
  return {
    startedAt: record?.monotonic ?? 0,
    limits,
    used: used(context, handle, bytes, asks !== undefined),
    warned: handle.warned,
    stop,
    termedAt: handle.termedAt,
    finishedAt: handle.finishedAt,
    resultAt: handle.resultAt,
    printed: log_cap === undefined ? undefined : { bytes, cap: log_cap },
    context: tokens === undefined || window === undefined ? undefined : { tokens, window },
    liveness: isOver ? undefined : watchLife(context, handle, { issue, asks, leader, vitals: table.vitals }),
  };
}

/** In bytes. */
function printed(dir: string): number {
  const size = (name: string): number => statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0;
  return size(FILES.log) + size(FILES.stderr);
}

/** The question to whose answer something of it waits at this moment. */
function asksNow({ clock }: Context, { dir, ref }: Handle, issue: Issue): string | undefined {
  const open = openQuestions(issue, clock.wall());
  const mine = open.find(({ state, question }) => state === "waiting" && question.attempt.uuid === ref.uuid);
  return mine !== undefined && waitsForPerson(dir, clock.wall()) !== undefined ? mine.question.text : undefined;
}

/** Its silence begins anew with a supervisor that takes it over: what it did meanwhile is not known. */
function used({ clock }: Context, handle: Handle, bytes: number, asks: boolean): Used {
  const now = clock.monotonic();
  // Who waits for a person is not idle.
  if (asks || handle.grew?.bytes !== bytes) handle.grew = { bytes, at: now };
  const { record, tail } = handle;
  const facts = tail?.facts ?? emptyFacts();
  const { tokens, usd } = record?.spent ?? { tokens: 0, usd: 0 };
  return {
    idle: now - handle.grew.at,
    turns: facts.turns,
    tokens: tokens + facts.input + facts.output,
    usd: usd + (facts.costUsd ?? 0),
  };
}

/** A task as far as it can be read: its line, or all of the store, may be unknown. */
export type Looked =
  | { readonly kind: "known"; readonly issue: Issue | undefined }
  | { readonly kind: "unknown"; readonly why: string };

/** `snapshot` is undefined where the store can't be read. */
export function lookUp(snapshot: Snapshot | undefined, id: string): Looked {
  if (snapshot === undefined) return { kind: "unknown", why: "the store can't be read" };
  try {
    const issue = snapshot.issue(id);
    const trouble = issue === undefined ? snapshot.trouble(id) : undefined;
    if (trouble !== undefined) return { kind: "unknown", why: `${trouble.file}:${trouble.line}: ${trouble.reason}` };
    if (issue !== undefined && isRecordUnknown(issue))
      return { kind: "unknown", why: `metadata.fleet of ${id} can't be understood` };
    return { kind: "known", issue };
  } catch (error) {
    if (error instanceof StoreError) return { kind: "unknown", why: error.message };
    throw error;
  }
}

/** What the store says of the attempt's claim. */
export function claimOf(looked: Looked, uuid: string): Claim {
  if (looked.kind === "unknown") return "unknown";
  const { issue } = looked;
  const held =
    issue !== undefined && heldBy(issue)?.uuid === uuid && issue.status !== "closed" && issue.status !== "open";
  return held ? "held" : "gone";
}

export function view(
  context: Context,
  handle: Handle,
  snapshot: Snapshot | undefined,
  table: ProcessTable,
): AttemptView {
  const looked = lookUp(snapshot, handle.task);
  return {
    task: handle.task,
    ref: handle.ref,
    coder: handle.record?.coder ?? handle.coderName,
    account: handle.record?.account ?? handle.account,
    cwd: handle.record?.cwd ?? realOr(handle.cwd),
    ...(handle.record?.place === undefined ? {} : { place: handle.record.place }),
    claim: claimOf(looked, handle.ref.uuid),
    phase: phaseOf(context, handle, looked.kind === "known" ? looked.issue : undefined, table),
  };
}

/**
 * The pid to sweep from: the wrapper's, where one was recorded in this boot; 0 otherwise. A pid is not given out while
 * a group or session of that number is alive, so one that is somebody else's now says that ours is empty.
 */
export function leaderPid(handle: Handle, boot: string): number {
  const pid = pidOf(handle);
  if (pid.kind !== "wrapper" || handle.record?.boot !== boot) return 0;
  const now = startTime(pid.pid);
  return now === undefined || pid.start === undefined || now === pid.start ? pid.pid : 0;
}

/** The directory behind its links, so that two names of one directory count as one; as it was written where there is none. */
export function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export const stderrPath = (handle: Handle): string => join(handle.dir, FILES.stderr);
