/** Which processes are an attempt's: its wrapper by the pid file, all others by mark, group, session, parents and cgroup. */
import { isTableReadable } from "@fleet/kit/process/table";

import { livingOf } from "../../../attempts/process/cgroup.ts";
import { attemptGroup, checkGroup, isGroupOf } from "../../../attempts/process/cgroup-place.ts";
import { checkMark, type MarkedProc, processes } from "../../../attempts/process/procs.ts";
import { ownLeader, type PidFile, readPid } from "../../../attempts/records/pid-file.ts";
import type { Context } from "../loop/context.ts";
import { type Attempt, recordOf, wrapperOf } from "../../core/attempt.ts";
import { UsageReader } from "./process-usage.ts";

/** The process table went away in the middle of a tick. The next one finds it so, and says it once. */
export class Blind extends Error {
  constructor() {
    super("the process table can't be read");
  }
}

/** Why nothing is judged by the process table; undefined where it can be read. */
export const blindness = (): string | undefined =>
  isTableReadable()
    ? undefined
    : "the process table can't be read (/proc is not there, or is not that of this PID namespace): running attempts are left alone, and nothing starts until it can be";

/** One pass over the process table serves all attempts of a tick, and none is made when nobody asks. */
export class ProcessTable {
  #all: readonly MarkedProc[] | undefined;
  readonly #read: () => readonly MarkedProc[] | undefined;
  /** The usage of processes, kept from tick to tick. */
  readonly usage: UsageReader;

  constructor(usage = new UsageReader(), read: () => readonly MarkedProc[] | undefined = processes) {
    this.usage = usage;
    this.#read = read;
  }

  /** `group`: the directory of a cgroup, all of whose processes belong to it. */
  of(uuid: string, leader: number, group: string | undefined): MarkedProc[] {
    this.#all ??= this.#read();
    // No answer is not an empty table: in this tick nothing is known.
    if (this.#all === undefined) throw new Blind();
    return livingOf(this.#all, uuid, leader, group);
  }

  /** Everything of the attempt itself. */
  ofAttempt(context: Pick<Context, "clock" | "cgroups">, attempt: Attempt): MarkedProc[] {
    return this.of(attempt.ref.uuid, leaderPid(attempt, context.clock.boot), groupOf(context, attempt));
  }

  /** Everything of its checks. */
  ofChecks(context: Pick<Context, "cgroups">, attempt: Attempt): MarkedProc[] {
    return this.of(checkMark(attempt.ref.uuid), 0, checkGroupOf(context, attempt));
  }
}

/** Its cgroup: the recorded one; without a record, where it would be. A path that is not this attempt's is ignored. */
export function groupOf({ cgroups }: Pick<Context, "cgroups">, attempt: Attempt): string | undefined {
  const record = recordOf(attempt);
  const { ref } = attempt;
  if (record === undefined) return cgroups?.kind === "area" ? attemptGroup(cgroups.area, ref.uuid) : undefined;
  const { cgroup } = record;
  return cgroup !== undefined && isGroupOf(cgroup, ref.uuid) ? cgroup : undefined;
}

/** The cgroup of its checks. */
export function checkGroupOf(context: Pick<Context, "cgroups">, attempt: Attempt): string | undefined {
  const group = groupOf(context, attempt);
  return group === undefined ? undefined : checkGroup(group);
}

/** The fence, or its first holder; read until seen. */
export function pidOf(attempt: Attempt): PidFile {
  if (attempt.state.kind === "fenced") return { kind: "fenced" };
  return wrapperOf(attempt) ?? readPid(attempt.dir);
}

/** The pid to sweep from: the wrapper's, where its group and session are surely its own; 0 otherwise. */
export const leaderPid = (attempt: Attempt, boot: string): number => ownLeader(pidOf(attempt), recordOf(attempt), boot);
