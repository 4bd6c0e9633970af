/**
 * `bd import`: decides, on one snapshot, what a file of JSON lines changes. The newer of two versions wins, by whole
 * seconds, because that is what exports hold; a second import of the same file changes nothing (BEADS 4.1).
 */
import { heldBy } from "@fleet/store/claims";
import { type Act, type Decision, none } from "@fleet/store/decision";
import { newId } from "@fleet/store/ids";
import { type Comment, decodeIssue, type Dependency, type Issue } from "@fleet/store/issue";
import { exportShape, MACHINE_LOCAL } from "@fleet/store/rendering";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis, notBefore, stamp } from "@fleet/store/time";

import { Refusal } from "./errors.ts";

type Row = Record<string, unknown>;

/** What a file holds. */
export interface Source {
  readonly rows: readonly { readonly row: Row; readonly line: number }[];
  readonly memories: ReadonlyMap<string, string>;
}

export interface Imported {
  /** New and changed. */
  readonly ids: readonly string[];
  /** There already, as they are in the file. */
  readonly unchanged: number;
  /** Newer here than in the file, or held by a running attempt. */
  readonly stale: readonly string[];
  readonly droppedEdges: readonly string[];
  readonly memories: number;
}

/** Parses every line first: one that is malformed, and nothing is imported. */
export function readSource(text: string): Source {
  const rows: { row: Row; line: number }[] = [];
  const memories = new Map<string, string>();
  text.split("\n").forEach((raw, index) => {
    if (raw.trim() === "") return;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Refusal(`line ${index + 1}: failed to parse JSONL line: ${why}`, { cause: error });
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Refusal(`line ${index + 1}: failed to parse JSONL line: not an object`);
    const row: Row = { ...value };
    if (row["_type"] === "memory") {
      const { key, value: text_ } = row;
      if (typeof key === "string" && key !== "" && typeof text_ === "string" && text_ !== "") memories.set(key, text_);
    } else if (!("_schema" in row) && row["status"] !== "tombstone") rows.push({ row, line: index + 1 });
  });
  return { rows, memories };
}

const COUNTS: ReadonlySet<string> = new Set(["_type", "dependency_count", "dependent_count", "comment_count", "wisp"]);

const inUtc = (value: unknown): unknown =>
  typeof value === "string" && !value.endsWith("Z") && !Number.isNaN(Date.parse(value))
    ? stamp(Date.parse(value))
    : value;

/** The row as an issue; what is missing is filled in as bd does (priority 0, open, task). */
function decode(row: Row, line: number, id: string, now: string): Issue {
  const fields = Object.fromEntries(
    Object.entries(row)
      .filter(([name, value]) => !COUNTS.has(name) && value !== null && value !== "")
      .map(([name, value]) => [name, name.endsWith("_at") || name === "defer_until" ? inUtc(value) : value]),
  );
  const decoded = decodeIssue(
    JSON.stringify({
      created_at: now,
      updated_at: now,
      ...fields,
      id,
      ...(row["wisp"] === true ? { ephemeral: true } : {}),
    }),
  );
  if ("bad" in decoded) throw new Refusal(`line ${line}: failed to parse issue from JSONL: ${decoded.bad.reason}`);
  const { issue } = decoded;
  if (issue.title.trim() === "")
    throw new Refusal(`line ${line}: validation failed for issue ${id}: title is required`);
  return { ...issue, updated_at: notBefore(issue.updated_at, issue.created_at) };
}

const second = (time: string): number => Math.floor(millis(time) / 1000);

/** Comments of both, those of the file last; the same id is the same comment. */
function mergedComments(local: Issue, row: Issue): Comment[] | undefined {
  const known = new Set((local.comments ?? []).map(({ id }) => String(id)));
  const merged = [...(local.comments ?? []), ...(row.comments ?? []).filter(({ id }) => !known.has(String(id)))];
  return merged.length === 0 ? undefined : merged;
}

/** The file's version, with what only this machine knows of the issue. */
function merged(local: Issue, row: Issue): Issue {
  const kept = Object.entries(local.metadata ?? {}).filter(([key]) => MACHINE_LOCAL.has(key));
  const metadata = { ...row.metadata, ...Object.fromEntries(kept) };
  const edges = (row.dependencies ?? []).map(
    (edge) =>
      local.dependencies?.find((known) => known.depends_on_id === edge.depends_on_id && known.type === edge.type) ??
      edge,
  );
  const comments = mergedComments(local, row);
  return {
    ...row,
    created_at: second(local.created_at) === second(row.created_at) ? local.created_at : row.created_at,
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(edges.length === 0 ? {} : { dependencies: edges }),
    ...(comments === undefined ? {} : { comments }),
  };
}

const sameExport = (a: Issue, b: Issue): boolean =>
  JSON.stringify(exportShape(a, new Map())) === JSON.stringify(exportShape(b, new Map()));

interface Options {
  /** Skip rows whose title an open issue has already. */
  readonly dedup: boolean;
}

export function importRows(snapshot: Snapshot, act: Act, source: Source, options: Options): Decision<Imported> {
  const now = stamp(act.now);
  const used = new Set<string>();
  const titles = new Set(options.dedup ? [...snapshot.live.values()].map(({ title }) => title) : []);
  const rows = source.rows.flatMap(({ row, line }) => {
    if (typeof row["title"] === "string" && titles.has(row["title"])) return [];
    const given = row["id"];
    const id = typeof given === "string" && given !== "" ? given : freshId(snapshot, act, row, used);
    used.add(id);
    return [decode(row, line, id, now)];
  });
  const ids = new Set(rows.map(({ id }) => id));
  const droppedEdges: string[] = [];
  const isKnown = ({ depends_on_id: to, issue_id: from }: Dependency): boolean => {
    const known = to.startsWith("external:") || ids.has(to) || snapshot.issue(to) !== undefined;
    if (!known) droppedEdges.push(`${from} -> ${to}`);
    return known;
  };
  const changed: Issue[] = [];
  const stale: string[] = [];
  let unchanged = 0;
  for (const row of rows) {
    const { dependencies, ...rest } = row;
    const edges = (dependencies ?? [])
      .map((edge) => ({ ...edge, issue_id: row.id, created_by: act.actor, metadata: edge.metadata ?? "{}" }))
      .filter(isKnown);
    const wanted: Issue = edges.length === 0 ? rest : { ...rest, dependencies: edges };
    const local = snapshot.line(row.id);
    if (local === undefined) {
      if (snapshot.taken(row.id))
        throw new Refusal(`${row.id} differs from an id here only by the case of its letters`);
      changed.push(wanted);
    } else if (heldBy(local) !== undefined || second(row.updated_at) < second(local.updated_at)) stale.push(row.id);
    else if (local.status === "tombstone") {
      if (second(row.updated_at) > second(local.updated_at)) changed.push(wanted);
      else stale.push(row.id);
    } else {
      const next = merged(local, wanted);
      if (sameExport(next, local)) unchanged++;
      else changed.push(next);
    }
  }
  const { values, kept } = snapshot.memories();
  const news = [...source.memories].filter(([key, value]) => values.get(key) !== value);
  const skipped = source.rows.length - rows.length;
  const result: Imported = {
    ids: changed.map(({ id }) => id),
    unchanged: unchanged + skipped,
    stale,
    droppedEdges: [...new Set(droppedEdges)],
    memories: source.memories.size,
  };
  if (changed.length === 0 && news.length === 0) return none(result);
  return {
    kind: "commit",
    event: "import",
    subject: `${changed.length} issues${news.length === 0 ? "" : `, ${news.length} memories`}`,
    issues: changed,
    ...(news.length === 0 ? {} : { memories: { values: new Map([...values, ...news]), kept } }),
    result,
  };
}

function freshId(snapshot: Snapshot, act: Act, row: Row, used: ReadonlySet<string>): string {
  const { title, description } = row;
  const seed = {
    title: typeof title === "string" ? title : "",
    description: typeof description === "string" ? description : "",
    creator: act.actor,
    createdNanos: BigInt(act.now) * 1_000_000n + BigInt(used.size),
  };
  return newId(
    snapshot.meta.prefix,
    seed,
    snapshot.topLevelCount + used.size,
    (id) => used.has(id) || snapshot.taken(id),
  );
}
