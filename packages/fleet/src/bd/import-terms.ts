/**
 * What an import may bring: which parts of a row are kept, whether the task is held, and where it runs. A file says what to do;
 * where, with which program and with which permissions is up to the person who imports it.
 */
import { exactJson } from "@fleet/kit/exact-json";
import { heldBy } from "@fleet/store/claims";
import { TASK_SETTINGS } from "@fleet/store/task-settings";
import { fleetRecord, withRecord } from "@fleet/store/fleet-record";
import { holdOf, holdsAlone, type Untrusted } from "@fleet/store/hold";
import type { Issue } from "@fleet/store/issue";
import { keptMetadata, runningParts } from "@fleet/store/outside";
import { CONTAINERS } from "@fleet/store/status";
import { stamp } from "@fleet/store/time";

import type { Candidate } from "./import-rows.ts";

export interface Terms {
  /** The source's name. */
  readonly from: string;
  /** This home's id. */
  readonly here: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Settings of a row on how it runs are used. */
  readonly isTrusted: boolean;
  /** The directory for tasks that have none here, and the PATH they get. */
  readonly cwd: string | undefined;
  readonly path: string | undefined;
  /** The coder they get. */
  readonly coder: string | undefined;
}

export interface Accepted {
  readonly candidate: Candidate;
  readonly dropped: readonly string[];
  readonly distrusted: readonly string[];
}

/** The importing person said where tasks run. */
export const isTaken = (terms: Terms): boolean => terms.isTrusted || terms.cwd !== undefined;

/** Metadata keys that an import on these terms neither sets nor removes. */
export const isLeftAlone = (key: string, terms: Pick<Terms, "isTrusted">): boolean =>
  !terms.isTrusted && TASK_SETTINGS.has(key);

/** An attempt's claim is dropped: the attempt is not here. */
export function unclaimed(issue: Issue): Issue {
  if (heldBy(issue) === undefined || issue.status === "closed" || issue.status === "tombstone") return issue;
  const { assignee: _assignee, started_at: _started, ...open } = issue;
  return { ...open, status: "open" };
}

/**
 * The row without what it may not bring. The merge data of another home (import-sources.ts) stay, and so do holds about edges from
 * anywhere: these only keep an issue from starting.
 */
export function accepted(candidate: Candidate, terms: Terms): Accepted {
  const issue = unclaimed(candidate.issue);
  const { metadata: given, ...rest } = issue;
  if (given === undefined) return { candidate, dropped: [], distrusted: [] };
  const { metadata, dropped, distrusted } = keptMetadata(given, terms.isTrusted);
  const own: Readonly<Record<string, unknown>> =
    candidate.kind === "stamped" && given["fleet"] !== undefined
      ? { fleet: given["fleet"] }
      : (holdsAlone(issue) ?? {});
  const kept = { ...metadata, ...own };
  return {
    candidate: { ...candidate, issue: Object.keys(kept).length === 0 ? rest : { ...rest, metadata: kept } },
    dropped: dropped.filter((key) => exactJson(own[key] ?? null) !== exactJson(given[key])),
    distrusted,
  };
}

const isWork = (issue: Issue): boolean =>
  issue.status !== "closed" && issue.status !== "tombstone" && !CONTAINERS.has(issue.issue_type);

/** The resulting issue, `local` being the present one: held, or with the given directory. */
export function onTerms(local: Issue | undefined, next: Issue, row: Accepted, terms: Terms): Issue {
  const marked = withDistrusted(local, next, row.distrusted);
  if (isTaken(terms)) return taken(marked, terms);
  if (!isWork(marked)) return marked;
  const parts = runningParts(local, marked, terms.here);
  const isNew = local === undefined || local.status === "tombstone";
  if (parts.length === 0) return marked;
  // A held issue keeps its first reason.
  if (holdOf(marked) !== undefined) return marked;
  const what = isNew ? row.dropped.filter((key) => key !== "fleet") : parts;
  return withRecord(marked, { hold: untrusted(terms, what) });
}

/**
 * An issue that this import lets start by closing what it waited for. Unless the import is trusted, a person has to confirm that: a
 * file alone can't release a task. `why`: what changed.
 */
export function releasedOnTerms(issue: Issue, terms: Terms, why = "dependencies"): Issue {
  return isTaken(terms) || !isWork(issue) || holdOf(issue) !== undefined
    ? issue
    : withRecord(issue, { hold: untrusted(terms, [why]) });
}

const untrusted = (terms: Terms, what: readonly string[]): Untrusted => ({
  kind: "untrusted",
  since: stamp(terms.now),
  from: terms.from,
  what: what.slice(0, 20),
});

/** A key in the form of a setting that has no meaning yet is recorded as coming from the file. */
function withDistrusted(local: Issue | undefined, next: Issue, keys: readonly string[]): Issue {
  const news = keys.filter(
    (key) => exactJson(next.metadata?.[key] ?? null) !== exactJson(local?.metadata?.[key] ?? null),
  );
  if (news.length === 0) return next;
  return withRecord(next, { outside: [...new Set([...(fleetRecord(next).outside ?? []), ...news])].sort() });
}

/** Unchanged if there is nothing to record. */
export function taken(issue: Issue, terms: Terms): Issue {
  if (!isWork(issue)) return issue;
  const { cwd, path, coder } = terms;
  const hasPlace = typeof issue.metadata?.["cwd"] === "string" && issue.metadata["cwd"] !== "";
  const isPlaced = cwd !== undefined && !hasPlace;
  const isUntrusted = holdOf(issue)?.kind === "untrusted";
  if (!isPlaced && !isUntrusted) return issue;
  const freed = isUntrusted ? withRecord(issue, { hold: undefined }) : issue;
  const placed = isPlaced
    ? {
        ...freed,
        metadata: {
          ...freed.metadata,
          cwd,
          ...(path === undefined ? {} : { path }),
          ...(coder === undefined ? {} : { coder }),
        },
      }
    : freed;
  return Object.keys(placed.metadata ?? {}).length === 0 ? withoutMetadata(placed) : placed;
}

function withoutMetadata({ metadata: _metadata, ...issue }: Issue): Issue {
  return issue;
}
