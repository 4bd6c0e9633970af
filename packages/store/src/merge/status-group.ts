/**
 * Status and all that says the same thing beside it is one unit: half of a claim with half of a close would be neither.
 * Of two concurrent ones the greater by a total order stands, so that any order of merges ends with the same:
 * deleted > closed (the later) > in progress (the EARLIER claim: whoever was first keeps it) > the rest (the later).
 */
import { areQuestions } from "../record-shapes.ts";
import type { Issue } from "../issue.ts";
import { byCodeUnit } from "../shard.ts";
import { knownStatus, type Status } from "../status.ts";
import { millis } from "../time.ts";
import { canonical } from "./canonical.ts";
import { mergeRecord } from "./record.ts";

export const STATUS_FIELDS = [
  "status",
  "assignee",
  "started_at",
  "closed_at",
  "close_reason",
  "closed_by_session",
  "deleted_at",
  "deleted_by",
  "delete_reason",
  "original_type",
] as const;

export interface StatusGroup {
  readonly fields: Readonly<Record<string, string>>;
  readonly status: Status;
  /** fleet's record of attempts without the highest number, which only grows; what can't be understood stays as it is. */
  readonly record: unknown;
  /** When it was edited, and when whoever holds it claimed it. */
  readonly at: string;
  readonly claimed: string;
}

/** The stamp of the unit, and that of the claim in it. */
export const STATUS = "status";
export const CLAIM = "claim";

/** `at` is given where a tool that knows of no stamps has made the edit. */
export function statusGroup(issue: Issue, at?: string): StatusGroup {
  const { at: stamps, rest } = mergeRecord(issue);
  const { attempts: _attempts, ...others } = rest ?? {};
  // Questions are merged one by one (registers.ts).
  const record = Object.fromEntries(
    Object.entries(others).filter(([key, value]) => key !== "questions" || !areQuestions(value)),
  );
  const edited = at ?? stamps[STATUS] ?? issue.created_at;
  return {
    fields: Object.fromEntries(STATUS_FIELDS.flatMap((name) => (issue[name] ? [[name, issue[name]]] : []))),
    status: issue.status,
    record: rest === undefined ? issue.metadata?.["fleet"] : record,
    at: edited,
    claimed: stamps[CLAIM] ?? issue.started_at ?? edited,
  };
}

/** All of it but the stamps. */
export const groupValue = (group: StatusGroup): string => canonical([group.fields, group.record]);

function attemptOf({ record }: StatusGroup): string {
  if (typeof record !== "object" || record === null || !("attempt" in record)) return "";
  const { attempt } = record;
  return typeof attempt === "object" && attempt !== null && "uuid" in attempt ? String(attempt.uuid) : "";
}

/** Who holds it: the attempt, else the assignee. */
export const holder = (group: StatusGroup): string => attemptOf(group) || (group.fields["assignee"] ?? "");

/** What a person would call it, and by which two count as the same. */
export function shownGroup(group: StatusGroup): string {
  const { fields } = group;
  const attempt = attemptOf(group);
  return [
    group.status,
    fields["assignee"] === undefined ? "" : `assignee ${fields["assignee"]}`,
    attempt === "" ? "" : `attempt ${attempt}`,
    fields["close_reason"] === undefined ? "" : `reason: ${fields["close_reason"]}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

const CLAIMED = 1;

function rank({ status }: StatusGroup): number {
  switch (knownStatus(status)) {
    case "tombstone":
      return 3;
    case "closed":
      return 2;
    case "in_progress":
      return CLAIMED;
    case "open":
    case "blocked":
    case "deferred":
    case "pinned":
    case "hooked":
    case undefined:
      return 0;
  }
}

/** The time that says which of two that a person would call the same stands: of claims the earlier does, of all others the later. */
export const toldAt = (group: StatusGroup): string => (rank(group) === CLAIMED ? group.claimed : group.at);

/** Positive: `a` stands. Total: zero only for the same unit. */
export function compareGroups(a: StatusGroup, b: StatusGroup): number {
  const later = millis(a.at) - millis(b.at) || byCodeUnit(groupValue(a), groupValue(b));
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  if (rank(a) !== CLAIMED) return later;
  return millis(b.claimed) - millis(a.claimed) || byCodeUnit(holder(b), holder(a)) || later;
}
