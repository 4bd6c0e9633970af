/**
 * `bd import`: decides, on one snapshot, what the file changes. Field by field the newer wins, by whole seconds, because
 * that is what exports hold; what is equal but for fractions of a second is equal. A second import changes nothing.
 */
import { heldBy } from "@fleet/store/claims";
import { type Decision, none } from "@fleet/store/decision";
import { holdOf, storedHolds, withHolds } from "@fleet/store/hold";
import { FIELD_ORDER, isLive, type Issue } from "@fleet/store/issue";
import { exportsAlike, fieldsForm } from "@fleet/store/merge/export-form";
import { type Memories, hasReplaced, memoryTime, withMemory } from "@fleet/store/memories";
import { mergeRecord, type Stamps, withMergeRecord } from "@fleet/store/merge/record";
import { rebuilt, registersOf } from "@fleet/store/merge/registers";
import { broughtAt, isEdit } from "@fleet/store/merge/stamps";
import { STATUS, STATUS_FIELDS } from "@fleet/store/merge/status-group";
import { MACHINE_LOCAL } from "@fleet/store/rendering";
import { holdsWithout } from "@fleet/store/ops/edges";
import type { Snapshot } from "@fleet/store/snapshot";
import { CONTAINERS, isExternal, isHolding } from "@fleet/store/status";
import { type Loop, loopsIn, loopText } from "@fleet/store/waits";
import { millis, stamp } from "@fleet/store/time";

import { ImportIds } from "./import-ids.ts";
import { type BadLine, type Candidate, type Incoming, type IncomingMemory, joinedComments } from "./import-rows.ts";
import {
  accepted,
  type Accepted as Row,
  isLeftAlone,
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
  /** There already, as they are in the file. */
  readonly unchanged: number;
  /** Newer here than in the file, or held by a running attempt. */
  readonly stale: readonly string[];
  /** Lines passed over because an open issue has their title. */
  readonly dedup: number;
  /** Edges whose other end is in neither; kept. */
  readonly dangling: readonly string[];
  /** Issues that wait for one that is not here, or whose row was bad: kept, and not started. */
  readonly held: readonly Held[];
  readonly bad: readonly BadLine[];
  /** What waits until a person says where it runs; and what a person has just said that of. */
  readonly untrusted: readonly string[];
  readonly runs: readonly Issue[];
  /** Keys of `metadata` that were not taken over, each with the number of its rows. */
  readonly dropped: ReadonlyMap<string, number>;
}

const second = (time: string): number => Math.floor(millis(time) / 1000);

const statusOf = (issue: Issue): Record<string, unknown> =>
  Object.fromEntries(STATUS_FIELDS.flatMap((name) => (issue[name] ? [[name, issue[name]]] : [])));
/** Fields that bd's own export has; it can't be asked of any other whether it was taken out. */
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

/** When either side last edited a register, as far as that is known. */
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
  // Of a field without a stamp nothing is known but that it is no newer than the issue.
  const isOlder = second(row.updated_at) < second(local.updated_at);
  return { local: (name) => ours[name] ?? (isOlder ? local.updated_at : ""), row: () => row.updated_at };
}

/**
 * Of two files of one second the one that says "closed" is the later, in whichever order they are imported. The local status came
 * by a file, too, where its time has no fraction.
 */
function statusWins(local: Issue, { issue: row, kind }: Candidate, isNewer: boolean): boolean {
  const at = mergeRecord(local).at[STATUS] ?? local.updated_at;
  if (kind !== "whole" || second(row.updated_at) !== second(at)) return isNewer;
  if (local.status === "closed") return false;
  return isNewer || (row.status === "closed" && !isEdit(at));
}

/** The issue as it is to stand; `local` itself where nothing of the row is news. */
export function merged(local: Issue, candidate: Candidate, terms: Pick<Terms, "isTrusted">): Issue {
  const { issue: row, kind } = candidate;
  const clock = clockOf(local, candidate);
  // In one second the file is the older: it was written before somebody could import it, and what was edited here is known to the
  // millisecond. What nobody edited here is the file's.
  const wins = (name: string): boolean => second(clock.row(name)) > second(clock.local(name));
  const stamps: Record<string, string> = {};
  const edited = (name: string): void => {
    const [at, before] = [clock.row(name), mergeRecord(local).at[name]];
    // A stamp that did not move would be taken for none.
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
    status: typeof status["status"] === "string" ? status["status"] : local.status,
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

interface Held {
  readonly id: string;
  readonly waitsFor: readonly string[];
}

export interface Options {
  /** Skip rows whose title an open issue has already. */
  readonly dedup: boolean;
  readonly terms: Terms;
}

/** Rows with ids, those of one id made one. */
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
    if (id === "") id = ids.next(issue.title, new Set(used.keys()));
    const known = used.get(id.toLowerCase());
    const there = snapshot.line(id) ?? rows.get(id)?.candidate.issue;
    if ((known !== undefined && known !== id) || (there === undefined && snapshot.taken(id))) {
      const why =
        snapshot.trouble(id) === undefined
          ? `${id} differs from another id only by the case of its letters`
          : `${id} is there, and can't be read; see bd doctor`;
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
  // There is no news in it, but that a person says where it runs.
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

/** A text that was written over or forgotten here stays so, unless the file says that it was written again since. */
function isNews(memories: Memories, key: string, { value, at }: IncomingMemory): boolean {
  const known = memories.values.get(key);
  if (known === value) return false;
  const fields = known === undefined ? memories.forgotten?.get(key) : memories.others?.get(key);
  const since = memoryTime(fields);
  return at === undefined || since === undefined ? !hasReplaced(fields, value) : millis(at) > millis(since);
}

function withNews(
  memories: Memories,
  incoming: Incoming["memories"],
  now: number,
): { readonly next: Memories; readonly count: number } {
  const news = [...incoming].filter(([key, memory]) => isNews(memories, key, memory));
  const next = news.reduce((all, [key, { value, at, others }]) => {
    // Of a memory that nobody here has written over nothing is made up.
    const isNew = !memories.values.has(key) && memories.forgotten?.has(key) !== true;
    return withMemory(all, key, value, at ?? (isNew ? undefined : now), others);
  }, memories);
  return { next, count: news.length };
}

/** The rows that change something, and those of them that are left out because they would wait for themselves. */
function withoutLoops(
  snapshot: Snapshot,
  changed: readonly Issue[],
  rows: ReadonlyMap<string, Row>,
): { readonly changed: readonly Issue[]; readonly bad: readonly BadLine[] } {
  const left = new Map(changed.map((issue) => [issue.id, issue]));
  const places = new Map([...rows.keys()].map((id, at) => [id, at]));
  const bad: BadLine[] = [];
  const isNews = ({ from, to, type }: Loop["edges"][number]): boolean =>
    left.has(from) &&
    snapshot.liveIssue(from)?.dependencies?.some((edge) => edge.depends_on_id === to && edge.type === type) !== true;
  for (;;) {
    // Of each loop the last row that brings an edge of it; one that was here before is for doctor.
    const closing = loopsIn(snapshot, [...left.values()]).flatMap((loop) => {
      const froms = loop.edges.filter(isNews).map(({ from }) => from);
      const [last] = froms.sort((a, b) => (places.get(b) ?? 0) - (places.get(a) ?? 0));
      return last === undefined ? [] : [{ id: last, loop }];
    });
    if (closing.length === 0) return { changed: [...left.values()], bad };
    for (const { id, loop } of closing) {
      if (!left.delete(id)) continue;
      const why = `validation failed for issue ${id}: its dependencies would close a cycle: ${loopText(loop)}`;
      bad.push({ where: rows.get(id)?.candidate.where ?? id, why, id });
    }
  }
}

/** What of the issue's edges waits for what is not here, or for a row that was dropped. */
function heldOf(
  snapshot: Snapshot,
  issue: Issue,
  isNew: (id: string) => boolean,
  dropped: ReadonlySet<string>,
): { readonly issue: Issue; readonly held: Held | undefined } {
  const targets = isLive(issue)
    ? (issue.dependencies ?? []).filter((edge) => isHolding(edge.type) && !isExternal(edge.depends_on_id))
    : [];
  const ids = new Set(targets.map((edge) => edge.depends_on_id).filter((to) => !isNew(to)));
  const missing = [...ids].filter((to) => snapshot.line(to) === undefined);
  // One that is live here holds by itself; what is finished here may not be in what was dropped.
  const lost = [...ids].filter(
    (to) => dropped.has(to) && !missing.includes(to) && snapshot.liveIssue(to) === undefined,
  );
  const stored = storedHolds(issue);
  const known = stored === "unknown" ? [] : stored.flatMap((hold) => hold.ids).filter((to) => ids.has(to));
  const kept = [...new Set([...known, ...lost])];
  const waitsFor = [...missing, ...kept];
  const held = waitsFor.length === 0 ? undefined : { id: issue.id, waitsFor };
  if (lost.length === 0) return { issue, held };
  const { metadata: _metadata, ...rest } = issue;
  const metadata = withHolds(issue, [{ kind: "dropped", ids: kept }]);
  return { issue: metadata === undefined ? rest : { ...rest, metadata }, held };
}

/** Live issues that an earlier import held because of rows that are good this time. */
function released(snapshot: Snapshot, ids: ReadonlySet<string>, isLeft: (id: string) => boolean): Issue[] {
  return [...snapshot.briefs.values()].flatMap((brief) => {
    if (brief.metadata === undefined || isLeft(brief.id)) return [];
    const issue = snapshot.liveIssue(brief.id);
    return issue === undefined ? [] : endedHolds(issue, ids);
  });
}

/** The issue without its holds about these ids; nothing where it has none. */
function endedHolds(issue: Issue, ids: ReadonlySet<string>): Issue[] {
  const change = holdsWithout(issue, ids);
  if (!("metadata" in change)) return [];
  const { metadata: _metadata, ...rest } = issue;
  return [change.metadata === undefined ? rest : { ...rest, metadata: change.metadata }];
}

const isTask = ({ status, issue_type }: Issue): boolean => status !== "closed" && !CONTAINERS.has(issue_type);

/** `now` is the time of a memory that says none. */
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
  /** A row that says itself that it is held, as an export does, goes on to be. */
  const carries = (id: string): boolean => {
    const row = rows.get(id);
    return row !== undefined && storedHolds(row.candidate.issue).length > 0;
  };
  const held: Held[] = [];
  const changed = loose.map((issue) => {
    const [ended] = carries(issue.id) ? [] : endedHolds(issue, goodIds);
    const next = ended === undefined ? issue : releasedOnTerms(ended, options.terms);
    const verdict = heldOf(snapshot, next, (id) => written.has(id), dropped);
    if (verdict.held !== undefined) held.push(verdict.held);
    return verdict.issue;
  });
  const freed = released(snapshot, goodIds, (id) => written.has(id) || carries(id)).map((issue) =>
    releasedOnTerms(issue, options.terms),
  );
  const dangling = changed.flatMap(({ id, dependencies = [] }) =>
    dependencies.flatMap(({ depends_on_id: to }) =>
      isExternal(to) || written.has(to) || snapshot.peek(to) !== undefined ? [] : [`${id} -> ${to}`],
    ),
  );
  const memories = withNews(snapshot.memories(), incoming.memories, now);
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
