/**
 * On what terms an import takes a row: what of it is kept, whether the task is held, and where it is to run. A file says what
 * is to be done; where, with which program and by what right is said by the person who imports it.
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
  /** The name of what is imported. */
  readonly from: string;
  /** This home's id. */
  readonly here: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What a row says of how it runs counts. */
  readonly isTrusted: boolean;
  /** Where tasks run that have no directory here, and the PATH that they run with. */
  readonly cwd: string | undefined;
  readonly path: string | undefined;
  /** The coder that they get with it. */
  readonly coder: string | undefined;
}

export interface Accepted {
  readonly candidate: Candidate;
  readonly dropped: readonly string[];
  readonly distrusted: readonly string[];
}

/** Who imports has said where it runs. */
export const isTaken = (terms: Terms): boolean => terms.isTrusted || terms.cwd !== undefined;

/** A name that an import on these terms neither brings nor removes. */
export const isLeftAlone = (key: string, terms: Pick<Terms, "isTrusted">): boolean =>
  !terms.isTrusted && TASK_SETTINGS.has(key);

/** A claim of an attempt does not come along: the attempt is not here. */
export function unclaimed(issue: Issue): Issue {
  if (heldBy(issue) === undefined || issue.status === "closed" || issue.status === "tombstone") return issue;
  const { assignee: _assignee, started_at: _started, ...open } = issue;
  return { ...open, status: "open" };
}

/**
 * The row with what may be kept of it. The merging's own record of another home (import-sources.ts) stays, and so do holds
 * about edges, wherever they are from: they only keep the issue from being started.
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

/** The issue as it is to stand, `local` what stood there: held, or with the directory that was given. */
export function onTerms(local: Issue | undefined, next: Issue, row: Accepted, terms: Terms): Issue {
  const marked = withDistrusted(local, next, row.distrusted);
  if (isTaken(terms)) return taken(marked, terms);
  if (!isWork(marked)) return marked;
  const parts = runningParts(local, marked, terms.here);
  const isNew = local === undefined || local.status === "tombstone";
  if (parts.length === 0) return marked;
  // What waits already says what it waited for first.
  if (holdOf(marked) !== undefined) return marked;
  const what = isNew ? row.dropped.filter((key) => key !== "fleet") : parts;
  return withRecord(marked, { hold: untrusted(terms, what) });
}

/**
 * The issue that this import lets start, by ending what it waited for: where nobody has said that the import is trusted, that has
 * to be said before the issue runs. A file's word alone lifts no hold. `why`: what changed.
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

/** A key that means nothing today and has the form of a setting is remembered as the file's. */
function withDistrusted(local: Issue | undefined, next: Issue, keys: readonly string[]): Issue {
  const news = keys.filter(
    (key) => exactJson(next.metadata?.[key] ?? null) !== exactJson(local?.metadata?.[key] ?? null),
  );
  if (news.length === 0) return next;
  return withRecord(next, { outside: [...new Set([...(fleetRecord(next).outside ?? []), ...news])].sort() });
}

/** As `issue` where there is nothing to be said of it. */
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
