/** Looks at the world: the store, the attempts' directories, the process table. Writes nothing: what is to be written becomes a finding. */
import { realpathSync } from "node:fs";

import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import { readAttempt, readExit, readOutcome, whereStarted, wrapperFate } from "../../../attempts/records/record.ts";
import { readStop } from "../../../attempts/records/stop.ts";
import { placeText } from "@fleet/kit/process/id";
import { isDeclaredGone } from "../state/gone-places.ts";
import type { Context } from "../loop/context.ts";
import { awaySince } from "../loop/away.ts";
import type { Handle } from "../loop/handle.ts";
import { claimOf, lookUp } from "./look-up.ts";
import { type Around, follow, running } from "./observe-running.ts";
import { pidOf } from "./process-table.ts";
import type { AttemptView, Phase } from "../../core/world.ts";

function phaseOf(context: Context, handle: Handle, issue: Issue | undefined, around: Around): Phase {
  const { dir } = handle;
  const { table, findings } = around;
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
  const where = whereStarted(record, context.clock.boot);
  const { machine = "" } = record;
  // What it wrote down itself, that it has ended, holds wherever it was.
  if (where === "elsewhere" && readExit(dir) === undefined && !isDeclaredGone(context.home, machine))
    return { kind: "elsewhere", where: placeText(machine), stopped: readStop(dir) !== undefined };
  const isHere = where === "here";
  if (pid.kind === "none")
    return {
      kind: "launching",
      since: record.monotonic + awaySince(handle, record.monotonic),
      otherBoot: !isHere,
      stopped: readStop(dir) !== undefined,
    };
  follow(context, handle);
  const fate = isHere ? wrapperFate(pid, record, context.clock.boot) : "dead";
  if (fate === "alive") return { kind: "running", ...running(context, handle, issue, around) };
  if (fate === "unknown" && readExit(dir) === undefined) {
    // Its pid says nothing, its mark does.
    return table.ofAttempt(context, handle).length > 0
      ? { kind: "running", ...running(context, handle, issue, around) }
      : { kind: "unseen" };
  }
  // The wrapper is gone. Without its exit record the coder may live on: in the wrapper's group.
  if (isHere && readExit(dir) === undefined) {
    const alive = table.ofAttempt(context, handle).filter((proc) => proc.group === pid.pid);
    if (alive.length > 0) {
      if (!handle.orphanSeen) findings.note("adopt", "its wrapper is gone, the coder lives on", handle.task);
      handle.orphanSeen = true;
      return { kind: "running", ...running(context, handle, issue, around) };
    }
    if (handle.life !== undefined && !handle.orphanSeen) handle.vanishedAt ??= context.clock.wall();
  }
  return ended;
}

export function view(context: Context, handle: Handle, snapshot: Snapshot | undefined, around: Around): AttemptView {
  const looked = lookUp(snapshot, handle.task);
  return {
    task: handle.task,
    ref: handle.ref,
    coder: handle.record?.coder ?? handle.coderName,
    path: handle.path,
    account: handle.record?.account ?? handle.account,
    cwd: handle.record?.cwd ?? handle.seen?.cwd ?? handle.cwd,
    ...(handle.record?.place === undefined ? {} : { place: handle.record.place }),
    claim: claimOf(looked, handle.ref.uuid),
    phase: phaseOf(context, handle, looked.kind === "known" ? looked.issue : undefined, around),
  };
}

/** The directory behind its links, so that two names of one directory count as one; as it was written where there is none. */
export function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
