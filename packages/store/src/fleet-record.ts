/**
 * fleet's own record on an issue, under `metadata.fleet`: which attempt holds it, how often it was tried, a completion
 * that waits to be proven, when it may be tried again.
 */
import { isObject } from "@fleet/kit/is-object";

import type { Issue } from "./issue.ts";
import { accepted, approval, landing, landingRound, pull, questions, review, rework } from "./record-shapes.ts";
import { array, boolean, type Infer, is, number, object, optional, string, unknown } from "./shape.ts";

const fleet = object({
  /** The attempt that holds the claim. */
  attempt: optional(object({ n: number, uuid: string })),
  /** The home whose claim made the attempt (home-id.ts): no other one may start, adopt or settle it. */
  home: optional(string),
  /** The account that the attempt runs on. */
  account: optional(string),
  /** How many attempts were ever started: the number of the last one. */
  attempts: optional(number),
  /** How many of them count against max_attempts. */
  tries: optional(number),
  /** RFC 3339: not to be dispatched before. */
  not_before: optional(string),
  /** Why it waits or what the last attempt ended with; one line. */
  reason: optional(string),
  /** `bd close` from inside the attempt; a claim until the receipt is made. */
  completion: optional(object({ uuid: string, at: string, reason: string, no_change: optional(boolean) })),
  /**
   * Where its work began, each by the attempt whose look at the directory it is; the last one counts. Empty until it is
   * first claimed, and again once it is opened anew.
   */
  bases: optional(array(object({ uuid: string, at: string }))),
  /**
   * Where its directory was when somebody said that the work belongs there, as that home saw it: the top of the working tree
   * of git; absent: it was in none. Of another directory, and to another home, it says nothing.
   */
  place: optional(object({ home: string, cwd: string, top: optional(string) })),
  /** What waits for a person's approval; `reviewOf` tells whether it still does. */
  review: optional(review),
  /** The person's word that stands on its work. */
  approval: optional(approval),
  /** The pull request of its work. */
  pull: optional(pull),
  /** What the person wants changed who sent it back last. */
  rework: optional(rework),
  /** What is to be brought onto its target; `landingOf` tells whether it still is. */
  landing: optional(landing),
  /** The experiment whose epic this is that it is one of the tasks of: none of them closes or lands before a person has picked one. */
  experiment: optional(string),
  /** Of such an epic: the task that a person picked; the epic closes with it. */
  picked: optional(string),
  /** The work that is to land, or did; absent where it is in no clone, or a person closed the task without any that was judged. */
  accepted: optional(accepted),
  /** Since it was last put back by a person, or landed. */
  landing_round: optional(landingRound),
  /** How strong what shows its work is (evidence/grade.ts of fleet), since it was closed. */
  grade: optional(string),
  /** Who took its work where that was a person, by name. */
  accepted_by: optional(string),
  /** The coder's session that the next attempt may resume. */
  session: optional(string),
  /** The coder that session belongs to. */
  session_coder: optional(string),
  /** The account it belongs to. */
  session_account: optional(string),
  /** The uuid of the attempt that holds the claim, where it blocked the task itself (ops/own-block.ts). */
  blocked_by: optional(string),
  /** Everything that was ever asked about this task, oldest first. */
  questions: optional(questions),
  /** Why it is not to be started (hold.ts). */
  hold: optional(unknown),
  /** The task whose attempt made this issue: that task's attempts may edit and close it (inside.ts). */
  made_by: optional(string),
  /** Keys of `metadata` that came from outside and that nobody here has set since: never read as settings. */
  outside: optional(array(string)),
});

export type FleetRecord = Infer<typeof fleet>;
export type TaskPlace = NonNullable<FleetRecord["place"]>;

/** What holds a record and settings: an issue, or one that is about to be made. */
export type Subject = Pick<Issue, "metadata">;

const NONE: FleetRecord = {};

/** An issue is never changed in place, and a supervisor asks for the same records several times in each tick. */
const decoded = new WeakMap<object, FleetRecord>();

/** What fleet keeps on this issue; an empty record where there is none, or none that can be read. */
export function fleetRecord(issue: Subject): FleetRecord {
  const value = issue.metadata?.["fleet"];
  if (!isObject(value)) return NONE;
  const known = decoded.get(value);
  if (known !== undefined) return known;
  const record = is(fleet, value) ? value : NONE;
  decoded.set(value, record);
  return record;
}

/** True for a record that is there and can't be understood: whether an attempt holds the issue is then not known. */
export function isRecordUnknown(issue: Issue): boolean {
  return issue.metadata?.["fleet"] !== undefined && fleetRecord(issue) === NONE;
}

function written(issue: Issue): Readonly<Record<string, unknown>> {
  const value = issue.metadata?.["fleet"];
  return isObject(value) ? value : {};
}

/** The issue with this record; fields that are undefined are taken out, those that are not known here stay. */
export function withRecord(
  issue: Issue,
  change: { readonly [K in keyof FleetRecord]?: FleetRecord[K] | undefined },
): Issue {
  const merged: Record<string, unknown> = { ...written(issue), ...change };
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  const metadata: Record<string, unknown> = { ...issue.metadata, fleet: merged };
  if (Object.keys(merged).length === 0) delete metadata["fleet"];
  return { ...issue, metadata };
}
