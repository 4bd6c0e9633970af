/**
 * Issues as beads exports them (`bd export`), and as br does. `HOME/.beads/issues.jsonl` is a rendering for viewers and eyes,
 * never read back.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { exactJson } from "@fleet/kit/exact-json";
import { replaceFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";
import { diskTrouble } from "@fleet/kit/errors";
import { byPriority } from "./graph.ts";
import { holdsAlone } from "./hold.ts";
import { type Dependency, type Issue, orderedFields } from "./issue.ts";
import { brCommentId } from "./merge/export-form.ts";
import { byCodeUnit } from "./shard.ts";
import {
  commentShape,
  countDependents,
  type Dependents,
  edgeShape,
  fieldsShape,
  isCounted,
  MACHINE_LOCAL,
  type Shape,
  shownMetadata,
  ZERO_IS_NOTHING,
} from "./shapes.ts";
import type { Snapshot } from "./snapshot.ts";
import { INFRA, isExternal, isHolding, WAITS_FOR } from "./status.ts";
import type { Store } from "./store.ts";
import { childrenIn } from "./waits.ts";
import { memoriesOf } from "./memories.ts";

/** An export shows only the holds of fleet's record: they keep the issue from being started there, too. */
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
  const { values, others } = memoriesOf(snapshot);
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
