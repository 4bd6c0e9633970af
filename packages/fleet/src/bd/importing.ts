/**
 * `bd import`: decides, on one snapshot, what the file changes. Field by field the newer wins, by whole seconds, because
 * that is what exports hold; what is equal but for fractions of a second is equal. A second import changes nothing.
 */
import { heldBy } from "@fleet/store/claims";
import { type Decision, none } from "@fleet/store/decision";
import { adaptiveLength, hashPart, MAX_LENGTH, MIN_LENGTH, newId, NONCES } from "@fleet/store/ids";
import { FIELD_ORDER, type Issue } from "@fleet/store/issue";
import { canonical } from "@fleet/store/merge/canonical";
import { mergeRecord, type Stamps, withMergeRecord } from "@fleet/store/merge/record";
import { rebuilt, registersOf } from "@fleet/store/merge/registers";
import { STATUS, STATUS_FIELDS } from "@fleet/store/merge/status-group";
import { holdOf } from "@fleet/store/holds";
import { edgeShape, MACHINE_LOCAL } from "@fleet/store/rendering";
import type { Snapshot } from "@fleet/store/snapshot";
import { CONTAINERS } from "@fleet/store/status";
import { millis, stamp, wholeSeconds } from "@fleet/store/time";

import { type BadLine, type Candidate, type Incoming, joinedComments } from "./import-rows.ts";
import { accepted, type Accepted, isLeftAlone, isTaken, onTerms, taken, type Terms } from "./import-terms.ts";

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
  readonly bad: readonly BadLine[];
  /** Of those, what waits until a person says where it runs; and what a person has just said that of. */
  readonly held: readonly string[];
  readonly runs: readonly Issue[];
  /** Keys of `metadata` that were not taken over, each with the number of its rows. */
  readonly dropped: ReadonlyMap<string, number>;
}

const second = (time: string): number => Math.floor(millis(time) / 1000);

const isEdgeList = (value: unknown): value is Parameters<typeof edgeShape>[0][] => Array.isArray(value);

/** A register's value as an export shows it: whole seconds, and what bd leaves out left out. */
function shown(name: string, value: unknown): unknown {
  if (name.startsWith("dependencies.") && isEdgeList(value)) return value.map(edgeShape);
  if (name.endsWith("_at") || name === "defer_until") return typeof value === "string" ? wholeSeconds(value) : value;
  return (name === "compaction_level" || name === "original_size") && value === 0 ? undefined : value;
}

const same = (name: string, a: unknown, b: unknown): boolean =>
  canonical(shown(name, a) ?? null) === canonical(shown(name, b) ?? null);

const statusOf = (issue: Issue): Record<string, unknown> =>
  Object.fromEntries(STATUS_FIELDS.flatMap((name) => (issue[name] ? [[name, issue[name]]] : [])));
const shownStatus = (issue: Issue): string =>
  canonical(Object.fromEntries(Object.entries(statusOf(issue)).map(([name, value]) => [name, shown(name, value)])));

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

/** The issue as it is to stand; `local` itself where nothing of the row is news. */
export function merged(local: Issue, candidate: Candidate, terms: Pick<Terms, "isTrusted">): Issue {
  const { issue: row, kind } = candidate;
  const clock = clockOf(local, candidate);
  const wins = (name: string): boolean => {
    const [theirs, ours] = [second(clock.row(name)), second(clock.local(name))];
    return kind === "stamped" ? theirs > ours : theirs >= ours;
  };
  const stamps: Record<string, string> = {};
  const edited = (name: string): void => {
    const [at, before] = [clock.row(name), mergeRecord(local).at[name]];
    // A stamp that did not move would be taken for none.
    stamps[name] = at === before ? stamp(millis(at) + 1) : at;
  };
  const registers = new Map(registersOf(local));
  const news = registersOf(row);
  for (const name of new Set([...registers.keys(), ...news.keys()])) {
    const value = news.get(name);
    if (candidate.filled?.has(name) === true || (value === undefined && isSilent(name, candidate, terms))) continue;
    if (same(name, registers.get(name), value) || !wins(name)) continue;
    edited(name);
    if (value === undefined) registers.delete(name);
    else registers.set(name, value);
  }
  let status = statusOf(local);
  if (kind !== "partial" && shownStatus(local) !== shownStatus(row) && wins(STATUS)) {
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

export interface Options {
  /** Skip rows whose title an open issue has already. */
  readonly dedup: boolean;
  readonly terms: Terms;
}

type Row = Accepted & { readonly candidate: Candidate };

/** The id of a row that has none: the same for the same title at every import, so that a plan can be imported again. */
function idFor(snapshot: Snapshot, title: string, nth: number, used: ReadonlySet<string>): string {
  const seed = { title, description: "", creator: `import ${nth}`, createdNanos: 0n };
  const { prefix } = snapshot.meta;
  const longest = Math.min(MAX_LENGTH, adaptiveLength(snapshot.topLevelCount + used.size) + 1);
  for (let length = MIN_LENGTH; length <= longest; length++) {
    for (let nonce = 0; nonce < NONCES; nonce++) {
      const id = `${prefix}-${hashPart(seed, nonce, length)}`;
      if (snapshot.line(id)?.title === title && !used.has(id.toLowerCase())) return id;
    }
  }
  return newId(
    prefix,
    seed,
    snapshot.topLevelCount + used.size,
    (id) => used.has(id.toLowerCase()) || !snapshot.free(id),
  );
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
  const counts = new Map<string, number>();
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
    if (id === "") {
      const nth = counts.get(issue.title) ?? 0;
      counts.set(issue.title, nth + 1);
      id = idFor(snapshot, issue.title, nth, new Set(used.keys()));
    }
    const known = used.get(id.toLowerCase());
    const there = snapshot.line(id) ?? rows.get(id)?.candidate.issue;
    if ((known !== undefined && known !== id) || (there === undefined && snapshot.taken(id))) {
      const why =
        snapshot.trouble(id) === undefined
          ? `${id} differs from another id only by the case of its letters`
          : `${id} is there, and can't be read; see bd doctor`;
      bad.push({ where: candidate.where, why });
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

const isTask = ({ status, issue_type }: Issue): boolean => status !== "closed" && !CONTAINERS.has(issue_type);

export function importRows(snapshot: Snapshot, incoming: Incoming, options: Options): Decision<Imported> {
  const { rows, bad, dedup } = byId(snapshot, incoming, options);
  const changed: Issue[] = [];
  const stale: string[] = [];
  const dangling = new Set<string>();
  let unchanged = 0;
  const dropped = new Map<string, number>();
  for (const row of rows.values()) {
    const { issue } = row.candidate;
    const verdict = judge(snapshot.line(issue.id), row, options.terms);
    for (const key of row.dropped) dropped.set(key, (dropped.get(key) ?? 0) + 1);
    if (verdict.kind === "unchanged") unchanged++;
    else if (verdict.kind === "stale") stale.push(issue.id);
    else {
      changed.push(verdict.issue);
      for (const { depends_on_id: to } of verdict.issue.dependencies ?? [])
        if (!to.startsWith("external:") && !rows.has(to) && snapshot.peek(to) === undefined)
          dangling.add(`${issue.id} -> ${to}`);
    }
  }
  const { values, others, kept } = snapshot.memories();
  const news = [...incoming.memories].filter(([key, value]) => values.get(key) !== value);
  const alive = changed.filter(({ status }) => status !== "tombstone");
  const result: Imported = {
    ids: alive.map(({ id }) => id),
    tombstones: changed.flatMap(({ id, status }) => (status === "tombstone" ? [id] : [])),
    unchanged,
    stale,
    dedup,
    dangling: [...dangling],
    bad,
    held: alive.filter((issue) => holdOf(issue)?.kind === "untrusted").map(({ id }) => id),
    runs: isTaken(options.terms) ? alive.filter(isTask) : [],
    dropped,
  };
  if (changed.length === 0 && news.length === 0) return none(result);
  return {
    kind: "commit",
    event: "import",
    subject: `${alive.length} issues${news.length === 0 ? "" : `, ${news.length} memories`}`,
    issues: changed,
    ...(news.length === 0
      ? {}
      : { memories: { values: new Map([...values, ...news]), ...(others && { others }), kept } }),
    result,
  };
}
