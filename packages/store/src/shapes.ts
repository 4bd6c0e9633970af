/**
 * An issue as beads prints it (beads 1.0.5): its fields in its order, whole seconds, sorted labels, and nothing that only means
 * something on this machine.
 */
import { closedEdges, dependents, readPointingAt } from "./dependents.ts";
import { type Comment, type Dependency, type Issue, orderedFields } from "./issue.ts";
import { byCodeUnit } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";
import type { EdgeType } from "./status.ts";
import { wholeSeconds } from "./time.ts";

export type Shape = Record<string, unknown>;

/** Written as zero by br, left out by bd. */
export const ZERO_IS_NOTHING: ReadonlySet<string> = new Set(["compaction_level", "original_size"]);

/** How a field is shown; one that is not here is shown as it stands. */
type Showing =
  /** In other forms, or not at all: br's own fields, and what a tombstone says. */
  | "hidden"
  /** In whole seconds. */
  | "time"
  /** Left out where it is 0. */
  | "unless zero"
  /** Sorted. */
  | "labels"
  /** Without the keys that mean nothing to who asks. */
  | "metadata";

const named = (showing: Showing, names: string | Iterable<string>): [string, Showing][] =>
  (typeof names === "string" ? names.split(" ") : [...names]).map((name) => [name, showing]);

/** One look a field: a list of 100 issues has a thousand of them, and is printed by code that has just started. */
const SHOWING: ReadonlyMap<string, Showing> = new Map([
  ...named("hidden", "dependencies comments source_repo deleted_at deleted_by delete_reason original_type"),
  ...named("time", "created_at updated_at started_at closed_at due_at defer_until compacted_at"),
  ...named("unless zero", ZERO_IS_NOTHING),
  ["labels", "labels"],
  ["metadata", "metadata"],
]);

/** Keys of `metadata` that mean nothing on another machine, or are fleet's own record. */
export const MACHINE_LOCAL: ReadonlySet<string> = new Set(["cwd", "path", "fleet"]);

export interface FieldOptions {
  /** As stored: fractions of a second, labels in the order in which they were given. */
  readonly exact?: boolean;
  /** Keys of `metadata` that are left out. */
  readonly hidden: ReadonlySet<string>;
}

/**
 * fleet's record without the times that only a merge asks for, and where its task was made, which only a start does; undefined where
 * nothing else is in it.
 */
function shownRecord(fleet: unknown): unknown {
  if (typeof fleet !== "object" || fleet === null || !("at" in fleet || "place" in fleet)) return fleet;
  const rest = Object.entries(fleet).filter(([name]) => name !== "at" && name !== "place");
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

export function shownMetadata(metadata: unknown, hidden: ReadonlySet<string>): Shape | undefined {
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const kept = Object.entries(metadata)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]): [string, unknown] => [key, key === "fleet" ? shownRecord(value) : value])
    .filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function shownField(name: string, value: unknown, { exact = false, hidden }: FieldOptions): unknown {
  switch (SHOWING.get(name)) {
    case "hidden":
      return undefined;
    case "unless zero":
      return value === 0 ? undefined : value;
    case "time":
      return typeof value === "string" && !exact ? wholeSeconds(value) : value;
    case "labels":
      return Array.isArray(value) && !exact ? value.map(String).sort(byCodeUnit) : value;
    case "metadata":
      return shownMetadata(value, hidden);
    case undefined:
      return value;
  }
}

/** The issue's own fields in beads' order: no edges, no comments. */
export function fieldsShape(issue: Issue, options: FieldOptions): Shape {
  const shape: Shape = {};
  for (const [name, value] of orderedFields(issue)) {
    const shown = shownField(name, value, options);
    if (shown !== undefined) shape[name] = shown;
  }
  return shape;
}

/** An edge as it stands on an issue. */
export function edgeShape(edge: Dependency): Shape {
  const { issue_id, depends_on_id, type, created_at, created_by, metadata, thread_id, ...rest } = edge;
  return {
    issue_id,
    depends_on_id,
    type,
    ...(created_at === undefined ? {} : { created_at: wholeSeconds(created_at) }),
    ...(created_by === undefined ? {} : { created_by }),
    metadata: metadata ?? "{}",
    ...(typeof thread_id === "string" && thread_id !== "" ? { thread_id } : {}),
    ...rest,
  };
}

export function commentShape(issueId: string, comment: Comment, exact = false): Shape {
  const { id, issue_id, author, text, created_at, ...rest } = comment;
  return {
    id,
    issue_id: issue_id ?? issueId,
    author: author ?? "",
    text,
    created_at: exact ? created_at : wholeSeconds(created_at),
    ...rest,
  };
}

/** How many issues depend on each, over blocking edges. */
export type Dependents = ReadonlyMap<string, number>;

/** The edges that beads counts in dependency_count and dependent_count of lists: `blocks`, and no other. */
export const isCounted = (type: EdgeType): boolean => type === "blocks";

/** Counts over every edge that can point at a live issue; pass `all` where closed ones are shown as well. */
export function countDependents(snapshot: Snapshot, all?: readonly Issue[]): Dependents {
  const counts = new Map<string, number>();
  const add = (id: string): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const issue of all ?? snapshot.briefs.values())
    for (const edge of issue.dependencies ?? []) if (isCounted(edge.type)) add(edge.depends_on_id);
  if (all === undefined) for (const [, to, type] of closedEdges(snapshot)) if (isCounted(type)) add(to);
  return counts;
}

/** Past this many, each with an edge or two from shards all over, all are read anyhow. */
const FEW = 60;

/** As `countDependents`, of these alone: for a few, of any status, where reading all issues would be the most of the work. */
export function countDependentsOf(snapshot: Snapshot, issues: readonly Issue[]): Dependents {
  if (issues.length > FEW) return countDependents(snapshot, snapshot.all());
  readPointingAt(
    snapshot,
    issues.map(({ id }) => id),
  );
  const counted = (id: string): number => dependents(snapshot, id).filter(({ type }) => isCounted(type)).length;
  return new Map(issues.map(({ id }) => [id, counted(id)]));
}
