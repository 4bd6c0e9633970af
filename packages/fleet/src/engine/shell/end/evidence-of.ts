/** Collects the evidence of an ended attempt from disk and store, for the verdict. */
import { oomKills } from "@fleet/kit/process/cgroup";
import { ifReadable } from "@fleet/kit/errors";
import { momentOf } from "@fleet/coders/clock";
import type { Capabilities, Classification, CoderExit } from "@fleet/coders/coder";
import { emptyFacts } from "@fleet/coders/facts";
import { shell } from "@fleet/coders/shell/index";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import { blockedWith } from "@fleet/store/questions";

import { completionInTime } from "../../core/completion.ts";
import type { Ended } from "../../core/judgement.ts";
import { readNotStarted } from "../../../attempts/records/not-started.ts";
import { lastStderr, stderrEnd } from "../../../attempts/records/output.ts";
import { exitedAt, readExit } from "../../../attempts/records/record.ts";
import { readStop, stoppedAt } from "../../../attempts/records/stop.ts";
import { coderNamed, type Context } from "../loop/context.ts";
import { coderNameOf, recordOf } from "../../core/attempt.ts";
import type { Handle } from "../loop/handle.ts";
import { gonePlaceOf } from "../state/gone-places.ts";
import { groupOf, pidOf } from "../observe/process-table.ts";

const TAIL_BYTES = 4096;

/** 128 + SIGKILL. */
const KILLED = 137;

const ranOutOfMemory = (group: string | undefined): boolean => group !== undefined && oomKills(group) > 0;

/** The end of what the coder printed on standard error. */
export function stderrTail(handle: Handle): string {
  // An unreadable stream has no last words.
  return (ifReadable(() => stderrEnd(handle.dir, TAIL_BYTES)) ?? "").trim();
}

/** A coder that is no longer in the settings: it can do no more than a script, and its exit says nothing. */
const FORGOTTEN: Capabilities = { ...shell.capabilities, exitZero: "nothing" };

/** A limit that is told in words ends when they say, at the moment at which they were said. */
function withMoment(classification: Classification, said: Date): Classification {
  if (classification.kind !== "failed" || classification.until !== undefined || classification.clock === undefined)
    return classification;
  const until = momentOf(classification.clock, said);
  return until === undefined ? classification : { ...classification, until };
}

/** A process seen to end before it was stopped ended on its own. */
function placeGone({ home, clock }: Context, handle: Handle): string | undefined {
  const record = recordOf(handle);
  const gone = record === undefined ? undefined : gonePlaceOf(home, record, clock.boot);
  return gone === undefined || (exitedAt(handle.dir) ?? Infinity) < gone.since ? undefined : gone.where;
}

interface Gathered extends Ended {
  readonly exitCode: number | undefined;
}

export function gather(context: Context, handle: Handle, issue: Issue | undefined, held: boolean): Gathered {
  const { dir } = handle;
  const coder = coderNamed(context.config(), coderNameOf(handle));
  const wall = context.clock.wall();
  handle.open.tail?.finish(wall);
  const facts = handle.open.tail?.facts ?? emptyFacts();
  const exit = readExit(dir);
  const coderExit: CoderExit = exit === undefined ? { kind: "unseen" } : { kind: "exited", code: exit.code };
  const stderr = stderrTail(handle);
  const classification: Classification = coder?.classify(coderExit, facts, stderr) ?? {
    kind: "failed",
    cause: "task",
    reason: `there is no coder ${handle.coderName} any more`,
  };
  const stop = readStop(dir);
  const stopped = { why: stop, at: stop === undefined ? undefined : stoppedAt(dir) };
  const claimed = held && issue !== undefined ? fleetRecord(issue).completion : undefined;
  const completion = completionInTime(claimed, handle.ref.uuid, stopped);
  return {
    evidence: {
      end: pidOf(handle).kind === "fenced" ? "fenced" : exit === undefined ? "unseen" : "exited",
      stop,
      exitCode: exit?.code,
      classification: withMoment(classification, new Date(exitedAt(dir) ?? wall)),
      limited: coder?.retriesFor?.(lastStderr(dir, TAIL_BYTES)),
      facts,
      capabilities: coder?.capabilities ?? FORGOTTEN,
      completion: completion?.reason,
      noChange: completion?.no_change === true,
      placeGone: placeGone(context, handle),
      outOfMemory: exit?.code === KILLED && ranOutOfMemory(groupOf(context, handle)),
      held,
      status: issue?.status,
      notes: issue?.notes,
      question: issue === undefined ? undefined : blockedWith(issue, handle.ref.uuid).at(-1)?.text,
    },
    notStarted: readNotStarted(dir),
    exitCode: exit?.short === true ? undefined : exit?.code,
    short: exit?.short === true,
  };
}
