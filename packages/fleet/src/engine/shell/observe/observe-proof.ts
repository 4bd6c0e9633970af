/** Observes an ended attempt: whether its changes are written down, and how far its checks are. */
import { commandsOf } from "../../../attempts/evidence/asked.ts";
import { openRun, readResult, readRun, runDir, runsOf } from "../../../attempts/evidence/check-files.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import { hasChecked, readAfter, readBefore } from "../../../attempts/evidence/files.ts";
import type { AttemptRecord } from "../../../attempts/records/record.ts";
import { ownLeader, readPid } from "../../../attempts/records/pid-file.ts";
import { readStop, type StopReason } from "../../../attempts/records/stop.ts";
import type { ProofSeen } from "../../core/attempt-seen.ts";
import { claimsDone } from "../../core/judge.ts";
import { whyUnwanted } from "../../core/proof.ts";
import { gather } from "../end/evidence-of.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { isDeclaredGone } from "../state/gone-places.ts";
import { lookFrozen } from "./frozen.ts";
import { claimOf, type Looked } from "./look-up.ts";
import { checkGroupOf } from "./process-table.ts";

export function lookAtProof(context: Context, handle: Handle, record: AttemptRecord, looked: Looked): ProofSeen {
  if (handle.open.looking) return { kind: "looking" };
  if (!isLooked(handle)) return { kind: "unlooked" };
  const commands = record.asked === undefined ? [] : commandsOf(record.asked);
  if (commands.length === 0) return { kind: "unchecked" };
  const unwanted = whyUnwanted(readStop(handle.dir), claimOf(looked, handle.ref.uuid));
  const at = openRun(handle.dir);
  if (at !== undefined) return openCheck(context, handle, record, { at, unwanted });
  const runs = runsOf(handle.dir);
  const checks = commands.map((_command, index) => {
    const begun = runs.get(index + 1) ?? [];
    return { runs: begun, results: begun.flatMap((n) => readResult(runDir(handle.dir, index + 1, n)) ?? []) };
  });
  const isWanted = unwanted === undefined && isClaimed(context, handle, looked);
  const isLookedAgain = hasChecked(handle.dir) || readBefore(handle.dir) === undefined;
  return { kind: "between", isWanted, checks, isLookedAgain };
}

/** Read once: of a large tree the two are large too. */
const isLooked = ({ state, dir }: Handle): boolean =>
  (state.kind === "verifying" && state.looked) || readBefore(dir) === undefined || readAfter(dir) !== undefined;

interface OpenCheck {
  /** The directory of its run. */
  readonly at: string;
  readonly unwanted: StopReason | undefined;
}

function openCheck(context: Context, handle: Handle, record: AttemptRecord, { at, unwanted }: OpenCheck): ProofSeen {
  const { clock, config, home } = context;
  const run = checkRun.look(at, clock);
  const started = run.kind === "unknown" ? readRun(at) : undefined;
  const last = handle.state.kind === "verifying" ? handle.state.frozen : undefined;
  const { frozen, away } =
    run.kind === "running"
      ? lookFrozen(clock.monotonic(), last, {
          leader: () => ownLeader(readPid(at), readRun(at), clock.boot),
          group: checkGroupOf(context, handle),
        })
      : { frozen: last, away: undefined };
  return {
    kind: "open",
    run,
    isGone: started !== undefined && isDeclaredGone(home, started.machine ?? "", started.at),
    timeoutMs: record.check_timeout_ms ?? config().check_timeout,
    unwanted,
    away,
    frozen,
  };
}

function isClaimed(context: Context, handle: Handle, looked: Looked): boolean {
  if (looked.kind === "unknown") return false;
  return claimsDone(gather(context, handle, looked.issue, claimOf(looked, handle.ref.uuid) === "held").evidence);
}
