/**
 * `bd import`: decides on one snapshot what the file changes: which rows are new (import-merge.ts), what they may bring (import-
 * terms.ts), and what is held (import-holds.ts). Importing again changes nothing.
 */
import { heldBy } from "@fleet/store/claims";
import { type Decision, none } from "@fleet/store/decision";
import { freedBy } from "@fleet/store/freed-by";
import { holdOf, storedHolds } from "@fleet/store/hold";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { CONTAINERS, isExternal } from "@fleet/store/status";
import { memoriesOf } from "@fleet/store/memories";

import { endedHolds, type Held, heldOf, released, withoutLoops } from "./import-holds.ts";
import { ImportIds } from "./import-ids.ts";
import { withNews } from "./import-memories.ts";
import { merged, second } from "./import-merge.ts";
import type { BadLine, Candidate, Incoming } from "./import-rows.ts";
import {
  accepted,
  type Accepted as Row,
  isTaken,
  onTerms,
  releasedOnTerms,
  taken,
  type Terms,
} from "./import-terms.ts";

export interface Imported {
  /** New and changed. */
  readonly ids: readonly string[];
  /** Deleted in the file, and now here too. */
  readonly tombstones: readonly string[];
  /** Equal to the file already. */
  readonly unchanged: number;
  /** Newer here than in the file, or held by a running attempt. */
  readonly stale: readonly string[];
  /** Lines skipped because an open issue has the same title. */
  readonly dedup: number;
  /** Edges to an issue that exists in neither; kept. */
  readonly dangling: readonly string[];
  /** Issues that wait for a missing one, or for an invalid row: imported, but not started. */
  readonly held: readonly Held[];
  readonly bad: readonly BadLine[];
  /** What waits until a person says where it runs; and those for which a person has just said so. */
  readonly untrusted: readonly string[];
  readonly runs: readonly Issue[];
  /** New and changed. */
  readonly memories: number;
  /** Keys of `metadata` that were dropped, with the number of rows of each. */
  readonly dropped: ReadonlyMap<string, number>;
}

export interface Options {
  /** Skip rows with the title of an open issue. */
  readonly dedup: boolean;
  readonly terms: Terms;
}

/** Rows with ids, rows of the same id merged. */
function byId(
  snapshot: Snapshot,
  incoming: Incoming,
  options: Options,
): {
  readonly rows: ReadonlyMap<string, Row>;
  readonly bad: BadLine[];
  readonly dedup: number;
} {
  const bad: BadLine[] = [...incoming.bad];
  const rows = new Map<string, Row>();
  const used = new Map<string, string>();
  const ids = new ImportIds(snapshot);
  const titles = new Set(options.dedup ? [...snapshot.live.values()].map(({ title }) => title.toLowerCase()) : []);
  let dedup = 0;
  for (const given of incoming.candidates) {
    const row = accepted(given, options.terms);
    const { candidate } = row;
    const { issue } = candidate;
    if (titles.has(issue.title.toLowerCase())) {
      dedup++;
      continue;
    }
    let { id } = issue;
    if (id === "") id = ids.next(issue.title, used);
    const known = used.get(id.toLowerCase());
    const there = snapshot.line(id) ?? rows.get(id)?.candidate.issue;
    if ((known !== undefined && known !== id) || (there === undefined && snapshot.taken(id))) {
      const why =
        snapshot.trouble(id) === undefined
          ? `${id} differs from another id only by the case of its letters`
          : `${id} exists, but can't be read; see fleet bd doctor`;
      bad.push({ where: candidate.where, why, id });
      continue;
    }
    used.set(id.toLowerCase(), id);
    const own: Candidate = { ...candidate, issue: owned(issue, id) };
    const before = rows.get(id);
    const issueHere = before === undefined ? own.issue : merged(before.candidate.issue, own, options.terms);
    rows.set(id, {
      candidate: { ...own, issue: issueHere },
      dropped: [...new Set([...(before?.dropped ?? []), ...row.dropped])],
      distrusted: [...new Set([...(before?.distrusted ?? []), ...row.distrusted])],
    });
  }
  return { rows, bad, dedup };
}

function owned(issue: Issue, id: string): Issue {
  const { dependencies } = issue;
  const edges = dependencies?.map((edge) => (edge.issue_id === id ? edge : { ...edge, issue_id: id }));
  return { ...issue, id, ...(edges === undefined ? {} : { dependencies: edges }) };
}

type Verdict =
  | { readonly kind: "write"; readonly issue: Issue }
  | { readonly kind: "unchanged" }
  | { readonly kind: "stale" };

function judge(local: Issue | undefined, row: Row, terms: Terms): Verdict {
  const verdict = judgeRow(local, row.candidate, terms);
  if (verdict.kind === "write") return { kind: "write", issue: onTerms(local, verdict.issue, row, terms) };
  if (local === undefined || !isTaken(terms) || heldBy(local) !== undefined) return verdict;
  // Nothing new, except that a person says where it runs.
  const freed = holdOf(local)?.kind === "untrusted" ? taken(local, terms) : local;
  return freed === local ? verdict : { kind: "write", issue: freed };
}

function judgeRow(local: Issue | undefined, candidate: Candidate, terms: Terms): Verdict {
  const row = candidate.issue;
  if (local === undefined) return { kind: "write", issue: row };
  if (heldBy(local) !== undefined) return { kind: "stale" };
  const isOlder = second(row.updated_at) < second(local.updated_at);
  if (local.status === "tombstone" && row.status !== "tombstone") {
    const isNewer = candidate.kind !== "partial" && second(row.updated_at) > second(local.updated_at);
    return isNewer ? { kind: "write", issue: row } : { kind: "stale" };
  }
  const next = merged(local, candidate, terms);
  if (next !== local) return { kind: "write", issue: next };
  return { kind: isOlder ? "stale" : "unchanged" };
}

const isTask = ({ status, issue_type }: Issue): boolean => status !== "closed" && !CONTAINERS.has(issue_type);

/** Issues that these rows would let start without anybody having allowed it: id of the released issue to the one that releases it. */
function causes(snapshot: Snapshot, changed: readonly Issue[], terms: Terms): ReadonlyMap<string, string> {
  if (isTaken(terms)) return new Map();
  return freedBy(
    snapshot,
    changed.map((is) => ({ was: snapshot.line(is.id), is })),
  );
}

/** `now`: the time of memories without one. */
export function importRows(snapshot: Snapshot, incoming: Incoming, options: Options, now: number): Decision<Imported> {
  const { rows, bad: unread, dedup } = byId(snapshot, incoming, options);
  const news: Issue[] = [];
  const stale: string[] = [];
  let unchanged = 0;
  const keys = new Map<string, number>();
  for (const row of rows.values()) {
    const { id } = row.candidate.issue;
    const verdict = judge(snapshot.line(id), row, options.terms);
    for (const key of row.dropped) keys.set(key, (keys.get(key) ?? 0) + 1);
    if (verdict.kind === "unchanged") unchanged++;
    else if (verdict.kind === "stale") stale.push(id);
    else news.push(verdict.issue);
  }
  const { changed: loose, bad: loops } = withoutLoops(snapshot, news, rows);
  const bad = [...unread, ...loops];
  const looping = new Set(loops.map(({ id }) => id));
  const goodIds = new Set([...rows.keys()].filter((id) => !looping.has(id)));
  const dropped = new Set(bad.flatMap(({ id }) => (id === undefined || goodIds.has(id) ? [] : [id])));
  const written = new Set(loose.map(({ id }) => id));
  /** A row exported as held stays held. */
  const carries = (id: string): boolean => {
    const row = rows.get(id);
    return row !== undefined && storedHolds(row.candidate.issue).length > 0;
  };
  const held: Held[] = [];
  const causeOf = causes(snapshot, loose, options.terms);
  const waits = (issue: Issue): Issue => {
    const cause = heldBy(issue) === undefined ? causeOf.get(issue.id) : undefined;
    return cause === undefined ? issue : releasedOnTerms(issue, options.terms, `${cause} changed`);
  };
  const changed = loose.map((issue) => {
    const [ended] = carries(issue.id) ? [] : endedHolds(issue, goodIds);
    const next = ended === undefined ? issue : releasedOnTerms(ended, options.terms);
    const verdict = heldOf(snapshot, next, (id) => written.has(id), dropped);
    if (verdict.held !== undefined) held.push(verdict.held);
    return waits(verdict.issue);
  });
  const others = released(snapshot, goodIds, (id) => written.has(id) || carries(id)).map((issue) =>
    releasedOnTerms(issue, options.terms),
  );
  const known = new Set([...written, ...others.map(({ id }) => id)]);
  const freed = [...others];
  for (const id of causeOf.keys()) {
    const issue = known.has(id) ? undefined : snapshot.liveIssue(id);
    const next = issue === undefined ? undefined : waits(issue);
    if (next !== undefined && next !== issue) freed.push(next);
  }
  const dangling = changed.flatMap(({ id, dependencies = [] }) =>
    dependencies.flatMap(({ depends_on_id: to }) =>
      isExternal(to) || written.has(to) || snapshot.peek(to) !== undefined ? [] : [`${id} -> ${to}`],
    ),
  );
  const memories = withNews(memoriesOf(snapshot), incoming.memories, now);
  const alive = changed.filter(({ status }) => status !== "tombstone");
  const result: Imported = {
    ids: alive.map(({ id }) => id),
    tombstones: changed.flatMap(({ id, status }) => (status === "tombstone" ? [id] : [])),
    unchanged,
    stale,
    dedup,
    dangling: [...new Set(dangling)],
    held,
    bad,
    untrusted: [...alive, ...freed].filter((issue) => holdOf(issue)?.kind === "untrusted").map(({ id }) => id),
    runs: isTaken(options.terms) ? [...alive, ...freed].filter(isTask) : [],
    memories: memories.count,
    dropped: keys,
  };
  if (changed.length + freed.length + memories.count === 0) return none(result);
  return {
    kind: "commit",
    event: "import",
    subject: `${alive.length} issues${memories.count === 0 ? "" : `, ${memories.count} memories`}`,
    issues: [...changed, ...freed],
    ...(memories.count === 0 ? {} : { memories: memories.next }),
    result,
  };
}
