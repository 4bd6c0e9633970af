/** The signs of life of a running attempt, read: what its log, its other files and its processes tell. */
import { filesMark, lastStderr, printedAt } from "../../../attempts/records/output.ts";
import type { Thresholds } from "../../../settings/effective/thresholds.ts";
import { asksPerson } from "../../core/asks-person.ts";
import { recordOf } from "../../core/attempt.ts";
import {
  beginLife,
  feel,
  hear,
  type Heard,
  isSampleDue,
  type Life,
  type Moment,
  samplesEvery,
} from "../../core/life.ts";
import type { Handle } from "../loop/handle.ts";
import { treeOf, type UsageReader } from "./process-usage.ts";

/** The signs of life, updated with what the log says now. `wall`: to compute how long an adopted attempt has been silent. */
export function lifeNow(
  handle: Handle,
  known: Life | undefined,
  { now, uptime, wall, pollInterval }: Moment & { readonly wall: number; readonly pollInterval: number },
): Life {
  const { tail, last } = handle.open;
  const heard: Heard = tail === undefined ? undefined : { bytes: tail.bytes, events: tail.facts.events };
  const moment = { now, uptime };
  const before = known ?? beginLife(silentSince(handle, now, wall), heard, moment);
  // A glance has looked at its log, too.
  const lookedAt = Math.max(before.lookedAt, last?.heldAt ?? 0);
  const writtenAgo = (): number | undefined => {
    const writtenAt = tail?.writtenAt();
    return writtenAt === undefined ? undefined : wall - writtenAt;
  };
  return hear({ ...before, lookedAt }, heard, moment, { pollInterval, writtenAgo });
}

function silentSince(handle: Handle, now: number, wall: number): number {
  const age = Math.max(0, wall - (printedAt(handle.dir) ?? 0));
  return Math.max(recordOf(handle)?.monotonic ?? now, now - age);
}

/** Looks at files and processes, where that is due. */
export function sampled(
  handle: Handle,
  life: Life,
  thresholds: Thresholds,
  {
    leader,
    usage,
    now,
  }: { readonly leader: () => number; readonly usage: Pick<UsageReader, "at">; readonly now: number },
): Life {
  if (!isSampleDue(life, thresholds, now)) return life;
  const pass = usage.at(now, samplesEvery(thresholds) / 2);
  if (life.sample?.at === pass.at) return life;
  const { cpu, children } = treeOf(pass, leader(), life.spokeAt);
  const marks = filesMark(handle.dir);
  return feel(life, { at: pass.at, cpu, children, marks, asked: asksPerson(lastWords(handle)) }, thresholds, now);
}

const LAST_WORDS = 2_000;

/** The end of what it printed last, wherever: words on standard error that came before its last event ask nobody now. */
function lastWords({ dir, open }: Handle): string {
  const unfinished = open.tail?.unfinished ?? "";
  return unfinished === "" ? lastStderr(dir, LAST_WORDS) : unfinished;
}
