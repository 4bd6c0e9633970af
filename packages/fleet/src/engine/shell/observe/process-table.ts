/** Which processes are an attempt's: its wrapper by the pid file, all others by mark, group, session, parents and cgroup. */
import { isGivenOutAgain } from "@fleet/kit/process/id";

import { livingOf } from "../../../attempts/process/cgroup.ts";
import { attemptGroup, checkGroup, isGroupOf } from "../../../attempts/process/cgroup-place.ts";
import { checkMark, type MarkedProc, processes } from "../../../attempts/process/procs.ts";
import { type PidFile, readPid } from "../../../attempts/records/record.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { Vitals } from "./vitals.ts";

/** One pass over the process table serves all attempts of a tick, and none is made when nobody asks. */
export class ProcessTable {
  #all: readonly MarkedProc[] | undefined;
  /** What processes use, kept from tick to tick. */
  readonly vitals: Vitals;

  constructor(vitals = new Vitals()) {
    this.vitals = vitals;
  }

  /** `group`: the directory of a cgroup, all of whose processes belong to it. */
  of(uuid: string, leader: number, group: string | undefined): MarkedProc[] {
    this.#all ??= processes();
    return livingOf(this.#all, uuid, leader, group);
  }

  /** Everything of the attempt itself. */
  ofAttempt(context: Pick<Context, "clock" | "cgroups">, handle: Handle): MarkedProc[] {
    return this.of(handle.ref.uuid, leaderPid(handle, context.clock.boot), groupOf(context, handle));
  }

  /** Everything of its checks. */
  ofChecks(context: Pick<Context, "cgroups">, handle: Handle): MarkedProc[] {
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

/**
 * The pid to sweep from: the wrapper's, where one was recorded in this boot; 0 otherwise. A pid is not given out while
 * a group or session of that number is alive, so one that is somebody else's now says that ours is empty.
 */
export function leaderPid(handle: Handle, boot: string): number {
  const pid = pidOf(handle);
  if (pid.kind !== "wrapper" || handle.record?.boot !== boot) return 0;
  return isGivenOutAgain(pid.pid, pid.start) ? 0 : pid.pid;
}
