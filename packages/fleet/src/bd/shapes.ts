/** The JSON shapes of BEADS section 2: an issue as bd prints it, alone and with what is counted around it. */
import { parentOf } from "@fleet/store/graph";
import { type Comment, type Dependency, type Issue, orderedFields } from "@fleet/store/issue";
import { byCodeUnit } from "@fleet/store/shard";
import type { Snapshot } from "@fleet/store/snapshot";
import { wholeSeconds } from "@fleet/store/time";

export type Shape = Record<string, unknown>;

const TIMES: ReadonlySet<string> = new Set([
  "created_at",
  "updated_at",
  "started_at",
  "closed_at",
  "due_at",
  "defer_until",
  "compacted_at",
]);
/** Shown in other forms, or nothing that bd prints: br's own fields, and what a tombstone says. */
const NOT_SHOWN: ReadonlySet<string> = new Set([
  "dependencies",
  "comments",
  "source_repo",
  "deleted_at",
  "deleted_by",
  "delete_reason",
  "original_type",
]);
/** Written as zero by br, left out by bd. */
const ZERO_IS_NOTHING: ReadonlySet<string> = new Set(["compaction_level", "original_size"]);

/** `path` serves the supervisor alone, and is long. */
function shownMetadata(metadata: unknown, hidden: ReadonlySet<string>): Shape | undefined {
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const kept = Object.entries(metadata).filter(([key]) => !hidden.has(key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

export interface ShapeOptions {
  /** As stored, with fractions of a second: the answers of create. Else whole seconds. */
  readonly exact?: boolean;
  /** Keys of `metadata` that are left out. */
  readonly hidden?: ReadonlySet<string>;
}

const PATH: ReadonlySet<string> = new Set(["path"]);

/** The issue alone: its fields in bd's order, no edges, no comments. */
export function issueShape(issue: Issue, options: ShapeOptions = {}): Shape {
  const shape: Shape = {};
  for (const [name, value] of orderedFields(issue)) {
    if (NOT_SHOWN.has(name) || (ZERO_IS_NOTHING.has(name) && value === 0)) continue;
    if (name === "metadata") {
      const metadata = shownMetadata(value, options.hidden ?? PATH);
      if (metadata !== undefined) shape[name] = metadata;
    } else if (TIMES.has(name) && typeof value === "string" && options.exact !== true)
      shape[name] = wholeSeconds(value);
    else if (name === "labels" && Array.isArray(value) && options.exact !== true)
      shape[name] = value.map(String).sort(byCodeUnit);
    else shape[name] = value;
  }
  return shape;
}

/** An edge as it stands on an issue. */
export function edgeShape(edge: Dependency): Shape {
  const { issue_id, depends_on_id, type, created_at, created_by, metadata } = edge;
  return {
    issue_id,
    depends_on_id,
    type,
    ...(created_at === undefined ? {} : { created_at: wholeSeconds(created_at) }),
    ...(created_by === undefined ? {} : { created_by }),
    metadata: metadata ?? "{}",
  };
}

export function commentShape(issueId: string, comment: Comment, exact = false): Shape {
  const { id, author, text, created_at } = comment;
  return {
    id,
    issue_id: comment.issue_id ?? issueId,
    author: author ?? "",
    text,
    created_at: exact ? created_at : wholeSeconds(created_at),
  };
}

/** The edges that bd counts in dependency_count and dependent_count of lists: `blocks`, and no other. */
const isEdgeBlocking = (type: string): boolean => type === "blocks";

/** How many issues depend on each, over blocking edges. */
export type Dependents = ReadonlyMap<string, number>;

/** Counts over every edge that can point at a live issue; pass `all` where closed ones are shown as well. */
export function countDependents(snapshot: Snapshot, all?: readonly Issue[]): Dependents {
  const counts = new Map<string, number>();
  const add = (id: string): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const issue of all ?? snapshot.live.values())
    for (const edge of issue.dependencies ?? []) if (isEdgeBlocking(edge.type)) add(edge.depends_on_id);
  if (all === undefined) for (const [, to, type] of snapshot.closedEdges) if (isEdgeBlocking(type)) add(to);
  return counts;
}

/** As in list, ready, search, children. */
export function countedShape(issue: Issue, dependents: Dependents): Shape {
  const edges = issue.dependencies ?? [];
  const parent = parentOf(issue);
  return {
    ...issueShape(issue),
    ...(edges.length === 0 ? {} : { dependencies: edges.map(edgeShape) }),
    dependency_count: edges.filter((edge) => isEdgeBlocking(edge.type)).length,
    dependent_count: dependents.get(issue.id) ?? 0,
    comment_count: issue.comments?.length ?? 0,
    ...(parent === undefined ? {} : { parent }),
  };
}

/** A linked issue in full, with the kind of the link. */
export const linkedShape = (issue: Issue, type: string): Shape => ({ ...issueShape(issue), dependency_type: type });

/** As `linkedShape`, but only what bd's list of dependents holds: no times. */
export function skeletonShape(issue: Issue, type: string): Shape {
  const { id, title, status, priority, issue_type } = issue;
  const never = "0001-01-01T00:00:00Z";
  return { id, title, status, priority, issue_type, created_at: never, updated_at: never, dependency_type: type };
}
