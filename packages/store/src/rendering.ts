/**
 * Issues as beads prints and exports them (beads 1.0.5, `bd export`): its fields in its order, whole seconds, sorted labels,
 * and nothing that only means something on this machine. `HOME/.beads/issues.jsonl` is a rendering for viewers and eyes,
 * never read back.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { exactJson } from "@fleet/kit/exact-json";
import { replaceFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";
import { closedEdges, dependents, readPointingAt } from "./dependents.ts";
import { diskTrouble } from "@fleet/kit/errors";
import { byPriority } from "./graph.ts";
import { holdsAlone } from "./hold.ts";
import { type Comment, type Dependency, type Issue, orderedFields } from "./issue.ts";
import { brCommentId } from "./merge/export-form.ts";
import { byCodeUnit } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";
import { INFRA, isExternal, isHolding, WAITS_FOR } from "./status.ts";
import type { Store } from "./store.ts";
import { wholeSeconds } from "./time.ts";
import { childrenIn } from "./waits.ts";

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

/** Keys of `metadata` that mean nothing on another machine, or are fleet's own record. */
export const MACHINE_LOCAL: ReadonlySet<string> = new Set(["cwd", "path", "fleet"]);

export interface FieldOptions {
  /** As stored: fractions of a second, labels in the order in which they were given. */
  readonly exact?: boolean;
  /** Keys of `metadata` that are left out. */
  readonly hidden: ReadonlySet<string>;
}

/** fleet's record without the times that only a merge asks for; undefined where nothing else is in it. */
function withoutStamps(fleet: unknown): unknown {
  if (typeof fleet !== "object" || fleet === null || !("at" in fleet)) return fleet;
  const { at: _at, ...rest } = fleet;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

function shownMetadata(metadata: unknown, hidden: ReadonlySet<string>): Shape | undefined {
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const kept = Object.entries(metadata)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]): [string, unknown] => [key, key === "fleet" ? withoutStamps(value) : value])
    .filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** The issue's own fields in beads' order: no edges, no comments. */
export function fieldsShape(issue: Issue, options: FieldOptions): Shape {
  const exact = options.exact === true;
  const shape: Shape = {};
  for (const [name, value] of orderedFields(issue)) {
    if (NOT_SHOWN.has(name) || (ZERO_IS_NOTHING.has(name) && value === 0)) continue;
    if (name === "metadata") {
      const metadata = shownMetadata(value, options.hidden);
      if (metadata !== undefined) shape[name] = metadata;
    } else if (TIMES.has(name) && typeof value === "string" && !exact) shape[name] = wholeSeconds(value);
    else if (name === "labels" && Array.isArray(value) && !exact) shape[name] = value.map(String).sort(byCodeUnit);
    else shape[name] = value;
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
export const isCounted = (type: string): boolean => type === "blocks";

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

/** Of fleet's record an export shows the holds alone: they keep the issue from being started there, too. */
function withHolds(issue: Issue, shape: Shape): Shape {
  const holds = holdsAlone(issue);
  if (holds === undefined) return shape;
  const { metadata } = shape;
  return { ...shape, metadata: { ...(typeof metadata === "object" ? metadata : {}), ...holds } };
}

/** One object of an export: the fields, the edges, the comments, and the counts. */
function exportShape(issue: Issue, dependents: Dependents): Shape {
  const edges = issue.dependencies ?? [];
  const comments = issue.comments ?? [];
  return {
    _type: "issue",
    ...withHolds(issue, fieldsShape(issue, { hidden: MACHINE_LOCAL })),
    ...(edges.length === 0 ? {} : { dependencies: edges.map(edgeShape) }),
    ...(comments.length === 0 ? {} : { comments: comments.map((comment) => commentShape(issue.id, comment)) }),
    dependency_count: edges.filter((edge) => isCounted(edge.type)).length,
    dependent_count: dependents.get(issue.id) ?? 0,
    comment_count: comments.length,
  };
}

export interface ExportOptions {
  /** Messages, agents, rigs and roles too. */
  readonly infra?: boolean;
  /** Templates and ephemeral issues too. */
  readonly all?: boolean;
  readonly memories?: boolean;
}

/**
 * These, and whatever they wait for, at any depth: what holds an issue back here holds it back where the export is read. What
 * is finished comes along too, for there an edge to nothing holds.
 */
function withAwaited(all: readonly Issue[], wanted: readonly Issue[]): Issue[] {
  const found = new Set(wanted);
  if (found.size === all.length) return [...all];
  const byId = new Map(all.map((issue) => [issue.id, issue]));
  const children = childrenIn(all);
  // Grows while it is gone through.
  for (const issue of found) {
    for (const { depends_on_id: to, type } of issue.dependencies ?? []) {
      const target = byId.get(to);
      if (target !== undefined && isHolding(type)) found.add(target);
      if (type !== WAITS_FOR) continue;
      for (const child of children.get(to) ?? []) found.add(byId.get(child) ?? issue);
    }
  }
  return [...found];
}

/** The issues of an export, in its order. */
export function exported(snapshot: Snapshot, options: ExportOptions = {}): Issue[] {
  const wanted = (issue: Issue): boolean =>
    (options.all === true || (issue.is_template !== true && issue.ephemeral !== true)) &&
    (options.infra === true || options.all === true || !INFRA.has(issue.issue_type) || issue.issue_type === "gate");
  const all = snapshot.all();
  return withAwaited(all, all.filter(wanted)).sort(byPriority);
}

/** An edge to what was deleted holds nobody here, and would hold where nothing is known of it. */
function withoutDeleted(snapshot: Snapshot, issue: Issue): Issue {
  const isGone = ({ depends_on_id: to, type }: Dependency): boolean =>
    isHolding(type) &&
    !isExternal(to) &&
    snapshot.peek(to) === undefined &&
    snapshot.trouble(to) === undefined &&
    snapshot.line(to)?.status === "tombstone";
  const dependencies = issue.dependencies ?? [];
  return dependencies.some(isGone) ? { ...issue, dependencies: dependencies.filter((edge) => !isGone(edge)) } : issue;
}

/** The lines of `bd export`, each with its line end. */
export function* renderExport(snapshot: Snapshot, options: ExportOptions = {}): Iterable<string> {
  const dependents = countDependents(snapshot, snapshot.all());
  for (const issue of exported(snapshot, options))
    yield `${exactJson(exportShape(withoutDeleted(snapshot, issue), dependents))}\n`;
  if (options.memories !== true) return;
  const { values, others } = snapshot.memories();
  for (const [key, value] of [...values].sort(([a], [b]) => byCodeUnit(a, b))) {
    // Which texts it has replaced tells this store's own merges something, and nobody else.
    const { replaces: _replaces, ...rest } = others?.get(key) ?? {};
    yield `${exactJson({ _type: "memory", key, value, ...rest })}\n`;
  }
}

/** br's order of fields (beads_rust 0.1.12); what it does not know follows. */
const BR_ORDER = (
  "id title description design acceptance_criteria notes status priority issue_type assignee owner estimated_minutes " +
  "created_at created_by updated_at closed_at close_reason closed_by_session due_at defer_until external_ref " +
  "source_system source_repo deleted_at deleted_by delete_reason original_type compaction_level compacted_at " +
  "compacted_at_commit original_size sender ephemeral pinned is_template labels"
).split(" ");

function brShape(issue: Issue): Shape {
  const fields = new Map(orderedFields(issue));
  const metadata = shownMetadata(fields.get("metadata"), MACHINE_LOCAL);
  for (const name of ["metadata", "dependencies", "comments"]) fields.delete(name);
  fields.set("source_repo", fields.get("source_repo") ?? ".");
  for (const name of ZERO_IS_NOTHING) fields.set(name, fields.get(name) ?? 0);
  const shape: Shape = {};
  for (const name of [...BR_ORDER, ...fields.keys()]) if (fields.has(name)) shape[name] ??= fields.get(name);
  const holds = holdsAlone(issue);
  if (metadata !== undefined || holds !== undefined) shape["metadata"] = { ...metadata, ...holds };
  const edges = (issue.dependencies ?? []).map((edge) => {
    const { issue_id, depends_on_id, type, created_at, created_by, metadata, thread_id, ...rest } = edge;
    return {
      issue_id,
      depends_on_id,
      type,
      ...(created_at === undefined ? {} : { created_at }),
      ...(created_by === undefined ? {} : { created_by }),
      metadata: metadata ?? "{}",
      thread_id: thread_id ?? "",
      ...rest,
    };
  });
  const comments = (issue.comments ?? []).map(({ id, issue_id, author, ...rest }) => ({
    id: brCommentId(id),
    issue_id: issue_id ?? issue.id,
    author: author ?? "",
    ...rest,
  }));
  if (edges.length > 0) shape["dependencies"] = edges;
  if (comments.length > 0) shape["comments"] = comments;
  return shape;
}

/** The lines of br's `.beads/issues.jsonl`: by id, times as they are stored, tombstones among them. */
export function* renderBr(snapshot: Snapshot, options: Pick<ExportOptions, "all"> = {}): Iterable<string> {
  const all = snapshot.lines();
  const wanted = all.filter((issue) => options.all === true || issue.ephemeral !== true);
  for (const issue of withAwaited(all, wanted).sort((a, b) => byCodeUnit(a.id, b.id)))
    yield `${exactJson(brShape(issue))}\n`;
}

/** Tells viewers where the rendering is, and that no database has to be asked. */
const METADATA = `${JSON.stringify({ backend: "jsonl", jsonl_export: "issues.jsonl" }, null, 2)}\n`;

/** It can be made again: nothing of it is synced. */
const replace = (path: string, text: string): void => replaceFile(path, text, { sync: false });

/** Writes `HOME/.beads/issues.jsonl` anew if the branch has moved since the last time; true when it did. */
export function refreshRendering(store: Store): boolean {
  const directory = join(store.home, ".beads");
  const stamp = join(store.home, "run", "rendered");
  const file = join(directory, "issues.jsonl");
  try {
    const snapshot = store.snapshot();
    if (readText(stamp)?.trim() === snapshot.tip && existsSync(file)) return false;
    replace(file, [...renderExport(snapshot)].join(""));
    if (readText(join(directory, "metadata.json")) !== METADATA) replace(join(directory, "metadata.json"), METADATA);
    // Last, so that a rendering which was interrupted is made again.
    replace(stamp, `${snapshot.tip}\n`);
    return true;
  } catch (error) {
    throw diskTrouble(error, directory);
  }
}
