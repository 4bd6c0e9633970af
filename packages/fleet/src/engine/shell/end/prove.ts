/**
 * Between the end of an attempt and its verdict: changes are recorded, and checks run one at a time without blocking the loop.
 * Each is a detached process with its record on disk, polled in every tick.
 */
import { existsSync } from "node:fs";

import { ifReadable } from "@fleet/kit/errors";
import { killCgroup } from "@fleet/kit/process/cgroup";

import { commandsOf, soughtBy } from "../../../attempts/evidence/asked.ts";
import { openRun, runDir } from "../../../attempts/evidence/check-files.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import {
  readAfter,
  readBase,
  readBefore,
  readOverlaps,
  writeAfter,
  writeChecked,
  writeSince,
} from "../../../attempts/evidence/files.ts";
import type { Listing } from "../../../attempts/evidence/listing.ts";
import type { Sought } from "../../../attempts/evidence/ignored.ts";
import { listAfter } from "../../../attempts/evidence/look.ts";
import { keepRan } from "../../../attempts/ran/ran.ts";
import { makeCgroup } from "../../../attempts/process/cgroup.ts";
import { signalEach } from "../../../attempts/process/signal.ts";
import { type Done, QUIET_SWEEPS } from "../../core/advance.ts";
import { recordOf } from "../../core/attempt.ts";
import type { Proof } from "../../core/proof-step.ts";
import type { AttemptRecord } from "../../../attempts/records/record.ts";
import { readWorkspace, workspaceVariables } from "../../../workspaces/record.ts";
import { type Context, redactorFor } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { checkGroupOf } from "../observe/process-table.ts";
import { checkEnvironment } from "../start/child-environment.ts";
import { setRecordAside } from "../act/put-aside.ts";
import { isShared } from "./beside.ts";
import { keepFiles } from "./keep-files.ts";
import { keepWork } from "./keep-work.ts";
import { aboutAttempt } from "../state/journal.ts";

/** The step that was done, as far as the attempt's state depends on it. `all`: every attempt of this supervisor. */
export async function prove(context: Context, handle: Handle, step: Proof, all: readonly Handle[]): Promise<Proved> {
  const { clock } = context;
  const at = openRun(handle.dir);
  switch (step.kind) {
    case "look":
      lookAfter(context, handle);
      return { progress: true };
    case "check":
      await begin(context, handle, step, all);
      return { progress: true };
    case "fence":
      return { progress: at !== undefined && checkRun.giveUp(at) };
    case "stop":
      return { progress: at !== undefined && checkRun.writeDown(at, step.reason, clock.wall()) };
    case "signal":
      if (at === undefined) return { progress: false };
      checkRun.signalCheck(whose(context, handle, at), step.signal);
      return { progress: step.signal === "SIGTERM", done: { kind: "check-signalled" } };
    case "sweep":
      return at === undefined ? { progress: false } : sweep(context, handle, at);
  }
}

interface Proved {
  readonly progress: boolean;
  readonly done?: Done;
}

function sweep(context: Context, handle: Handle, at: string): Proved {
  const group = checkGroupOf(context, handle);
  const left = checkRun.left(whose(context, handle, at));
  if (left === undefined) return { progress: false };
  const swept: Done = { kind: "check-swept", left: left.length };
  if (left.length > 0) {
    if (group !== undefined) killCgroup(group);
    signalEach(left, "SIGKILL");
    return { progress: true, done: swept };
  }
  const quiet = handle.state.kind === "verifying" ? handle.state.quiet : 0;
  if (quiet + 1 < QUIET_SWEEPS) return { progress: true, done: swept };
  checkRun.conclude(at, context.clock, (wall) => readOverlaps(handle.dir).some((other) => other.at >= wall));
  return { progress: true, done: { kind: "check-concluded" } };
}

const whose = (context: Context, handle: Handle, at: string) => ({
  at,
  uuid: handle.ref.uuid,
  group: checkGroupOf(context, handle),
  boot: context.clock.boot,
});

/** Where the work of its task began, if an earlier attempt began it. */
function earlierBase({ home }: Context, handle: Handle): Listing | undefined {
  const { base } = recordOf(handle) ?? {};
  return base === undefined ? undefined : ifReadable(() => readBase(home, handle.task, base));
}

function soughtOf(handle: Handle): Sought | undefined {
  const record = recordOf(handle);
  return record?.asked === undefined ? undefined : soughtBy(record.cwd, record.asked);
}

/**
 * Beside the loop: git in a large working tree takes its time. What it finds is written once, whoever asked: the first time what
 * the attempt left, the second time what its checks left.
 */
function lookAfter(context: Context, handle: Handle): void {
  const before = readBefore(handle.dir);
  if (before === undefined) return;
  handle.open.looking = true;
  const at = { env: context.env, skip: context.home, wall: context.clock.wall(), sought: soughtOf(handle) };
  const isFirst = readAfter(handle.dir) === undefined;
  const base = isFirst ? earlierBase(context, handle) : undefined;
  keepWork(context, handle)
    .then(async () => await Promise.all([listAfter(before, at), base === undefined ? undefined : listAfter(base, at)]))
    // A home that was deleted meanwhile is not made again.
    .then(async ([seen, since]) => {
      if (!existsSync(handle.dir)) return;
      if (!isFirst) return void writeChecked(handle.dir, seen);
      await keepFiles(context, handle, seen);
      if (!existsSync(handle.dir)) return;
      if (since !== undefined) writeSince(handle.dir, since);
      keepRan(handle.dir, redactorFor(context, handle));
      writeAfter(handle.dir, seen);
    })
    .catch((error: unknown) => {
      if (context.short?.(error, `look ${handle.task}`) === true) return;
      if (setRecordAside(context, handle.task, error)) return;
      // It is tried again in every tick; a trouble that lasts is said once.
      const trouble = `what changed can't be written down: ${String(error)}`;
      if (trouble === handle.open.saidLook || !existsSync(handle.dir)) return;
      handle.open.saidLook = trouble;
      context.journal.write("trouble", trouble, aboutAttempt(handle));
    })
    .finally(() => (handle.open.looking = false));
}

const workspaceOf = ({ home }: Context, { task, source }: AttemptRecord): Record<string, string> => {
  const workspace = source === undefined ? undefined : readWorkspace(home, task);
  return workspace === undefined ? {} : workspaceVariables(home, workspace);
};

async function begin(
  context: Context,
  handle: Handle,
  { check, run }: Extract<Proof, { kind: "check" }>,
  all: readonly Handle[],
): Promise<void> {
  const record = recordOf(handle);
  const command = record?.asked === undefined ? undefined : commandsOf(record.asked)[check - 1];
  const issue = context.store.snapshot().issue(handle.task);
  if (record === undefined || command === undefined || issue === undefined) return;
  const group = checkGroupOf(context, handle);
  context.journal.write("check", `attempt ${handle.ref.n}: ${command}`, aboutAttempt(handle));
  await checkRun.startCheck({
    at: runDir(handle.dir, check, run),
    command,
    cwd: record.cwd,
    env: { ...checkEnvironment(context, handle, issue), ...workspaceOf(context, record) },
    clock: context.clock,
    shared: isShared(handle, all),
    cgroup: group === undefined ? undefined : makeCgroup(group),
  });
}
