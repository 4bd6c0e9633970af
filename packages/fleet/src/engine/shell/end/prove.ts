/**
 * Between the end of an attempt and its verdict: what changed is written down, and its checks are run, one after the
 * other, by nobody's waiting: each is a process of its own with its record on disk, looked at again in every tick.
 */
import { existsSync } from "node:fs";

import type { Snapshot } from "@fleet/store/snapshot";

import { claimsDone } from "../../core/judge.ts";
import type { StopReason } from "../../../attempts/records/stop.ts";
import { makeCgroup } from "../../../attempts/process/cgroup.ts";
import { checkGroup } from "../../../attempts/process/cgroup-place.ts";
import { CHECK_MARK } from "../../../attempts/process/procs.ts";
import { readStop } from "../../../attempts/records/stop.ts";
import { killCgroup } from "@fleet/kit/process/cgroup";
import { signalEach } from "../../../attempts/process/signal.ts";
import { openRun, readResult, readRun, runDir, runsOf } from "../../../attempts/evidence/check-files.ts";
import { stateOf } from "../../../attempts/evidence/check-plan.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import { readAfter, readBefore, readOverlaps, writeAfter } from "../../../attempts/evidence/files.ts";
import { listAfter } from "../../../attempts/evidence/listing.ts";
import { shares } from "../../../attempts/evidence/place.ts";
import type { Context } from "../loop/context.ts";
import { gather } from "./evidence-of.ts";
import { awaySince } from "../loop/away.ts";
import type { Handle } from "../loop/handle.ts";
import { claimOf, lookUp } from "../observe/look-up.ts";
import { ownLeader, readPid } from "../../../attempts/records/record.ts";
import { watchFrozen } from "../observe/frozen.ts";
import { groupOf } from "../observe/process-table.ts";
import { isDeclaredGone } from "../state/gone-places.ts";
import { over, QUIET_SWEEPS } from "../../core/plan.ts";
import { childEnvironment } from "../start/child-environment.ts";
import { placeOfHandle } from "./beside.ts";
import type { AttemptView, Proof, ProofStep } from "../../core/world.ts";

/** An attempt that has ended and still has something to show is "proving"; any other view is as it was. */
export function withProof(
  context: Context,
  handle: Handle,
  seen: AttemptView,
  snapshot: Snapshot | undefined,
): AttemptView {
  if (seen.phase.kind !== "ended" || !over(seen.phase)) return seen;
  const step = nextStep(context, handle, snapshot);
  return step === undefined ? seen : { ...seen, phase: { kind: "proving", step } };
}

function nextStep(context: Context, handle: Handle, snapshot: Snapshot | undefined): ProofStep | undefined {
  const { dir, record } = handle;
  if (record === undefined) return undefined;
  if (handle.looking) return { kind: "look", busy: true };
  // Read once: of a large tree the two are large too.
  handle.looked ||= readBefore(dir) === undefined || readAfter(dir) !== undefined;
  if (!handle.looked) return { kind: "look", busy: false };
  const checks = record.asked?.checks ?? [];
  if (checks.length === 0) return undefined;
  const unwanted = whyUnwanted(handle, snapshot);
  const open = openRun(dir);
  if (open !== undefined) return watched(context, handle, open, unwanted);
  if (unwanted !== undefined || !isClaimed(context, handle, snapshot)) return undefined;
  const runs = runsOf(dir);
  for (let check = 1; check <= checks.length; check++) {
    const begun = runs.get(check) ?? [];
    const state = stateOf(begun.flatMap((n) => readResult(runDir(dir, check, n)) ?? []));
    if (state.kind === "due") return { kind: "check", check, run: (begun.at(-1) ?? 0) + 1, whenQuiet: state.whenQuiet };
  }
  return undefined;
}

function watched(context: Context, handle: Handle, at: string, unwanted: StopReason | undefined): ProofStep {
  const state = checkRun.look(at, context.clock);
  switch (state.kind) {
    case "starting":
      return { kind: "starting", since: state.since + awaySince(handle, state.since) };
    case "unknown": {
      const { machine = "" } = readRun(at) ?? {};
      return { kind: isDeclaredGone(context.home, machine) ? "checked" : "unknown" };
    }
    case "over":
      return { kind: "checked" };
    case "running":
      watchFrozen(context.clock, handle, {
        leader: ownLeader(readPid(at), readRun(at), context.clock.boot),
        group: checkGroupOf(context, handle),
      });
      return {
        kind: "checking",
        startedAt: state.startedAt + awaySince(handle, state.startedAt),
        timeoutMs: handle.record?.check_timeout_ms ?? context.config().check_timeout,
        unwanted,
        stop: state.stop,
        termedAt: handle.checkTermedAt,
      };
  }
}

/** A person stopped it, or the task is somebody else's by now: its checks are nobody's business. */
function whyUnwanted(handle: Handle, snapshot: Snapshot | undefined): StopReason | undefined {
  const stop = readStop(handle.dir);
  if (stop?.kind === "killed" || stop?.kind === "by-hand") return stop;
  return claimOf(lookUp(snapshot, handle.task), handle.ref.uuid) === "gone" ? { kind: "claim-lost" } : undefined;
}

function isClaimed(context: Context, handle: Handle, snapshot: Snapshot | undefined): boolean {
  const looked = lookUp(snapshot, handle.task);
  if (looked.kind === "unknown") return false;
  return claimsDone(gather(context, handle, looked.issue, claimOf(looked, handle.ref.uuid) === "held").evidence);
}

/** True when something was done. */
export async function prove(
  context: Context,
  handle: Handle,
  step: Proof,
  others: readonly Handle[],
): Promise<boolean> {
  const { clock } = context;
  const at = openRun(handle.dir);
  switch (step.kind) {
    case "look":
      lookAfter(context, handle);
      return true;
    case "check":
      await begin(context, handle, step, others);
      return true;
    case "fence":
      return at !== undefined && checkRun.giveUp(at);
    case "stop":
      return at !== undefined && checkRun.writeDown(at, step.reason, clock.wall());
    case "signal": {
      if (at === undefined) return false;
      handle.checkTermedAt ??= clock.monotonic();
      checkRun.signalCheck(whose(context, handle, at), step.signal);
      return step.signal === "SIGTERM";
    }
    case "sweep": {
      if (at === undefined) return false;
      const group = checkGroupOf(context, handle);
      const left = checkRun.left(whose(context, handle, at));
      if (left === undefined) return false;
      if (left.length > 0) {
        if (group !== undefined) killCgroup(group);
        signalEach(left, "SIGKILL");
        handle.checkQuiet = 0;
        return true;
      }
      if (++handle.checkQuiet < QUIET_SWEEPS) return true;
      handle.checkQuiet = 0;
      handle.checkTermedAt = undefined;
      checkRun.conclude(at, clock, (wall) => readOverlaps(handle.dir).some((other) => other.at >= wall));
      return true;
    }
  }
}

const whose = (context: Context, handle: Handle, at: string) => ({
  at,
  uuid: handle.ref.uuid,
  group: checkGroupOf(context, handle),
  boot: context.clock.boot,
});

function checkGroupOf(context: Context, handle: Handle): string | undefined {
  const group = groupOf(context, handle);
  return group === undefined ? undefined : checkGroup(group);
}

/** Beside the loop: git in a large working tree takes its time. What it finds is written once, whoever asked. */
function lookAfter(context: Context, handle: Handle): void {
  const before = readBefore(handle.dir);
  if (before === undefined) return;
  handle.looking = true;
  listAfter(before, { env: context.env, skip: context.home, wall: context.clock.wall() })
    // A home that was deleted meanwhile is not made again.
    .then((after) => existsSync(handle.dir) && writeAfter(handle.dir, after))
    .catch((error: unknown) => {
      if (context.short?.(error, `look ${handle.task}`) === true) return;
      // It is tried again in every tick; a trouble that lasts is said once.
      const trouble = `what changed can't be written down: ${String(error)}`;
      if (trouble === handle.saidLook || !existsSync(handle.dir)) return;
      handle.saidLook = trouble;
      context.journal.write("trouble", trouble, handle.task);
    })
    .finally(() => (handle.looking = false));
}

async function begin(
  context: Context,
  handle: Handle,
  { check, run }: Extract<Proof, { kind: "check" }>,
  others: readonly Handle[],
): Promise<void> {
  const { record } = handle;
  const command = record?.asked?.checks[check - 1];
  const issue = context.store.snapshot().issue(handle.task);
  if (record === undefined || command === undefined || issue === undefined) return;
  // Of the attempt's environment all but what makes a `bd` in it speak for the attempt.
  const {
    FLEET_TASK_ID: _task,
    FLEET_ATTEMPT_ID: _attempt,
    BEADS_ACTOR: _actor,
    ...env
  } = childEnvironment(context, handle, issue);
  const place = placeOfHandle(handle);
  const group = checkGroupOf(context, handle);
  context.journal.write("check", `attempt ${handle.ref.n}: ${command}`, handle.task);
  await checkRun.startCheck({
    at: runDir(handle.dir, check, run),
    command,
    cwd: record.cwd,
    env: { ...env, ...context.config().env[record.coder], [CHECK_MARK]: handle.ref.uuid },
    clock: context.clock,
    shared: others.some((other) => shares(placeOfHandle(other), place)),
    cgroup: group === undefined ? undefined : makeCgroup(group),
  });
}
