/**
 * Merges a row of an import with the local issue. For each field the newer side wins. Times are compared in whole seconds, because
 * exports have no more; a difference of fractions counts as none.
 */
import { FIELD_ORDER, type Issue } from "@fleet/store/issue";
import { exportsAlike, fieldsForm } from "@fleet/store/merge/export-form";
import { mergeRecord, type Stamps, withMergeRecord } from "@fleet/store/merge/record";
import { rebuilt, registersOf } from "@fleet/store/merge/registers";
import { broughtAt, isEdit } from "@fleet/store/merge/stamps";
import { STATUS, STATUS_FIELDS } from "@fleet/store/merge/status-group";
import { MACHINE_LOCAL } from "@fleet/store/shapes";
import { asStatus } from "@fleet/store/status";
import { millis, stamp } from "@fleet/store/time";

import { type Candidate, joinedComments } from "./import-rows.ts";
import { isLeftAlone, type Terms } from "./import-terms.ts";

export const second = (time: string): number => Math.floor(millis(time) / 1000);

const statusOf = (issue: Issue): Record<string, unknown> =>
  Object.fromEntries(STATUS_FIELDS.flatMap((name) => (issue[name] ? [[name, issue[name]]] : [])));
/** Fields of bd's own export; a missing one means removed. For any other field, missing means unknown. */
const BD_HAS: ReadonlySet<string> = new Set(
  FIELD_ORDER.filter(
    (name) => !["source_repo", "deleted_at", "deleted_by", "delete_reason", "original_type"].includes(name),
  ),
);

function isSilent(name: string, { kind }: Candidate, terms: Pick<Terms, "isTrusted">): boolean {
  if (kind === "partial") return true;
  const key = name.startsWith("metadata.") ? name.slice("metadata.".length) : name.split(".")[0];
  if (name.startsWith("metadata.")) return MACHINE_LOCAL.has(key ?? "") || isLeftAlone(key ?? "", terms);
  if (name.startsWith("limits.")) return isLeftAlone("limits", terms);
  return !name.includes(".") && !BD_HAS.has(name);
}

/** When either side last edited a field, as far as known. */
interface Clock {
  readonly local: (name: string) => string;
  readonly row: (name: string) => string;
}

function clockOf(local: Issue, { issue: row, kind }: Candidate): Clock {
  const [ours, theirs]: [Stamps, Stamps] = [mergeRecord(local).at, mergeRecord(row).at];
  const since = (issue: Issue, stamps: Stamps): string =>
    Object.keys(stamps).length === 0 ? issue.updated_at : issue.created_at;
  if (kind === "stamped")
    return { local: (name) => ours[name] ?? since(local, ours), row: (name) => theirs[name] ?? since(row, theirs) };
  // Of a field without a stamp only this is known: it is no newer than the issue.
  const isOlder = second(row.updated_at) < second(local.updated_at);
  return { local: (name) => ours[name] ?? (isOlder ? local.updated_at : ""), row: () => row.updated_at };
}

/**
 * If two files of the same second differ, "closed" is taken as the later state, in whichever order they are imported. A local time
 * without a fraction came from a file, too.
 */
function statusWins(local: Issue, { issue: row, kind }: Candidate, isNewer: boolean): boolean {
  const at = mergeRecord(local).at[STATUS] ?? local.updated_at;
  if (kind !== "whole" || second(row.updated_at) !== second(at)) return isNewer;
  if (local.status === "closed") return false;
  return isNewer || (row.status === "closed" && !isEdit(at));
}

/** The merged issue; `local` itself if the row has nothing new. */
export function merged(local: Issue, candidate: Candidate, terms: Pick<Terms, "isTrusted">): Issue {
  const { issue: row, kind } = candidate;
  const clock = clockOf(local, candidate);
  // In the same second the file is older: it was written before it could be imported, and local edits have milliseconds. Fields that
  // were not edited here come from the file.
  const wins = (name: string): boolean => second(clock.row(name)) > second(clock.local(name));
  const stamps: Record<string, string> = {};
  const edited = (name: string): void => {
    const [at, before] = [clock.row(name), mergeRecord(local).at[name]];
    // An unchanged stamp would count as no edit.
    stamps[name] = kind !== "stamped" ? broughtAt(at, before) : at === before ? stamp(millis(at) + 1) : at;
  };
  const registers = new Map(registersOf(local));
  const news = registersOf(row);
  for (const name of new Set([...registers.keys(), ...news.keys()])) {
    const value = news.get(name);
    if (candidate.filled?.has(name) === true || (value === undefined && isSilent(name, candidate, terms))) continue;
    if (exportsAlike(name, registers.get(name), value) || !wins(name)) continue;
    edited(name);
    if (value === undefined) registers.delete(name);
    else registers.set(name, value);
  }
  let status = statusOf(local);
  if (
    kind !== "partial" &&
    fieldsForm(status) !== fieldsForm(statusOf(row)) &&
    statusWins(local, candidate, wins(STATUS))
  ) {
    status = statusOf(row);
    edited(STATUS);
  }
  const comments = joinedComments(local.comments, row.comments);
  const isOld = Object.keys(stamps).length === 0 && comments.length === (local.comments ?? []).length;
  if (isOld) return local;
  const { fields, labels, dependencies, metadata } = rebuilt(registers);
  const fleet = local.metadata?.["fleet"];
  const next: Issue = {
    id: local.id,
    title: local.title,
    priority: local.priority,
    issue_type: local.issue_type,
    created_at: local.created_at,
    ...fields,
    ...status,
    status: typeof status["status"] === "string" ? asStatus(status["status"]) : local.status,
    updated_at: second(row.updated_at) > second(local.updated_at) ? row.updated_at : local.updated_at,
    labels: [...labels],
    dependencies: [...dependencies],
    comments,
    metadata: { ...metadata, ...(fleet === undefined ? {} : { fleet }) },
  };
  for (const name of ["labels", "dependencies", "comments", "metadata"] as const)
    if (Object.keys(next[name] ?? {}).length === 0) delete next[name];
  return withMergeRecord(next, { at: { ...mergeRecord(local).at, ...stamps } });
}
