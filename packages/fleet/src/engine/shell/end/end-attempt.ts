/** The one way in which an attempt is ended: signals while its coder lives, then sweeps of whatever is left. */
import type { MarkedProc } from "../../../attempts/process/procs.ts";
import { killCgroup } from "@fleet/kit/process/cgroup";
import { signalEach, signalGroup } from "../../../attempts/process/signal.ts";
import { type Signal, sweepNext, wrapperLast } from "../../core/ending.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { groupOf, pidOf, type ProcessTable } from "../observe/process-table.ts";
import { aboutAttempt } from "../state/journal.ts";

/** False for what was sent before: it takes its time. */
export function signalAttempt(context: Context, handle: Handle, signal: Signal, table: ProcessTable): boolean {
  const { clock, config } = context;
  const now = clock.monotonic();
  const pid = pidOf(handle);
  if (signal === "SIGTERM" && pid.kind === "wrapper" && signalGroup(pid.pid, pid.start, signal)) return true;
  const killedAt = handle.state.kind === "running" ? handle.state.killedAt : undefined;
  // Tool shells run in sessions of their own: at the hard end everything of the attempt goes, one by one.
  const isLate = killedAt !== undefined && now - killedAt > config().kill_grace;
  const isWrapper = (proc: MarkedProc): boolean => pid.kind === "wrapper" && proc.pid === pid.pid;
  endAll(context, handle, wrapperLast(table.ofAttempt(context, handle), isWrapper, isLate), signal);
  return signal === "SIGTERM" || killedAt === undefined;
}

/** The wrapper is not in the cgroup, so it tells the coder's end even when all of that is killed at once. */
function endAll(context: Context, handle: Handle, procs: readonly MarkedProc[], signal: Signal): void {
  const group = groupOf(context, handle);
  if (signal === "SIGKILL" && group !== undefined && procs.length > 0) killCgroup(group);
  signalEach(procs, signal);
}

interface Swept {
  /** Pids of what was found. */
  readonly left: readonly number[];
  /** Its log is read to the end. */
  readonly drained: boolean;
  /** False where looking again at once would only be the same again. */
  readonly progress: boolean;
}

export function sweepAttempt(context: Context, handle: Handle, table: ProcessTable): Swept {
  const { clock, journal } = context;
  const found = table.ofAttempt(context, handle);
  const { sweeps, saidLeft } = handle.state.kind === "ending" ? handle.state : NEVER_SWEPT;
  if (found.length > 0) {
    const { signal, isEager } = sweepNext(sweeps);
    endAll(context, handle, found, signal);
    const left = found.map((proc) => proc.pid);
    // A process that can't be killed (it waits in the kernel) is swept again each tick, and logged once.
    if (left.join(" ") !== saidLeft)
      journal.write("sweep", `${left.length} left over: ${left.join(" ")}`, aboutAttempt(handle));
    return { left, drained: false, progress: isEager };
  }
  // A bounded piece each tick, so that reading a long log to its end delays no other attempt.
  const drained = handle.open.tail?.read(clock.wall()) ?? true;
  return { left: [], drained, progress: true };
}

const NEVER_SWEPT = { sweeps: 0, saidLeft: "" } as const;
