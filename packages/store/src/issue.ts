/**
 * An issue: one line of JSON, in beads' fields, types and order (beads 1.0.5, its Issue struct and `bd export`).
 * Fields that are not known here are kept and written back.
 */
import * as z from "zod/mini";

import { columnOf } from "./json-column.ts";

const dependency = z.looseObject({
  issue_id: z.string(),
  depends_on_id: z.string(),
  type: z.string(),
  created_at: z.optional(z.string()),
  created_by: z.optional(z.string()),
  metadata: z.optional(z.unknown()),
});

const comment = z.looseObject({
  /** UUIDv7 in bd, an integer in br. */
  id: z.union([z.string(), z.number()]),
  issue_id: z.optional(z.string()),
  author: z.optional(z.string()),
  text: z.string(),
  created_at: z.string(),
});

const text = z.optional(z.string());

const issue = z.looseObject({
  // It names a directory and stands on command lines: no "..", no dot or dash in front, and no longer than a file name.
  id: z.string().check(z.regex(/^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/)),
  title: z.string(),
  description: text,
  design: text,
  acceptance_criteria: text,
  notes: text,
  spec_id: text,
  status: z._default(z.string(), "open"),
  priority: z._default(z.number(), 0),
  issue_type: z._default(z.string(), "task"),
  assignee: text,
  owner: text,
  estimated_minutes: z.optional(z.number()),
  created_at: z.string(),
  created_by: text,
  updated_at: z.string(),
  started_at: text,
  closed_at: text,
  close_reason: text,
  closed_by_session: text,
  due_at: text,
  defer_until: text,
  external_ref: text,
  source_system: text,
  metadata: z.optional(z.record(z.string(), z.unknown())),
  labels: z.optional(z.array(z.string())),
  dependencies: z.optional(z.array(dependency)),
  comments: z.optional(z.array(comment)),
  ephemeral: z.optional(z.boolean()),
  pinned: z.optional(z.boolean()),
  is_template: z.optional(z.boolean()),
  deleted_at: text,
  deleted_by: text,
  delete_reason: text,
  original_type: text,
});

export type Issue = z.infer<typeof issue>;
export type Dependency = z.infer<typeof dependency>;
export type Comment = z.infer<typeof comment>;

/** The order of beads' struct; a field that is not in it follows, in the order in which it stood. */
export const FIELD_ORDER = (
  "id title description design acceptance_criteria notes spec_id status priority issue_type assignee owner " +
  "estimated_minutes created_at created_by updated_at started_at closed_at close_reason closed_by_session due_at " +
  "defer_until external_ref source_system source_repo deleted_at deleted_by delete_reason original_type metadata " +
  "compaction_level compacted_at compacted_at_commit original_size labels dependencies comments sender ephemeral " +
  "no_history wisp_type pinned is_template bonded_from await_type await_id timeout waiters source_formula " +
  "source_location mol_type work_type event_kind actor target payload"
).split(" ");

/** Written even when empty; every other field is left out then, as beads does (`omitempty`). */
const ALWAYS: ReadonlySet<string> = new Set([
  "id",
  "title",
  "status",
  "priority",
  "issue_type",
  "created_at",
  "updated_at",
  // br writes these two as zero, and it is somebody's data.
  "compaction_level",
  "original_size",
]);
const KNOWN: ReadonlySet<string> = new Set(FIELD_ORDER);

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The issue's fields as beads orders them, empty ones left out; unknown fields follow untouched. */
export function orderedFields(source: Issue): [string, unknown][] {
  const fields: [string, unknown][] = [];
  for (const name of FIELD_ORDER) {
    const value = source[name];
    if (value !== undefined && (ALWAYS.has(name) || !isEmpty(value))) fields.push([name, value]);
  }
  for (const [name, value] of Object.entries(source)) {
    if (!KNOWN.has(name) && value !== undefined) fields.push([name, value]);
  }
  return fields;
}

/** One line, without its line end. */
export function encodeIssue(source: Issue): string {
  return JSON.stringify(Object.fromEntries(orderedFields(source)));
}

/** A line that could not be understood; `column` counts from 1 where the parser tells. */
export interface BadLine {
  readonly reason: string;
  readonly column: number | undefined;
}

/** Decodes one line. Never throws: what can't be decoded is said, not dropped. */
export function decodeIssue(line: string): { readonly issue: Issue } | { readonly bad: BadLine } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { bad: { reason: message, column: columnOf(line) } };
  }
  const result = z.safeParse(issue, value);
  if (result.success) return { issue: result.data };
  const first = result.error.issues[0];
  const path = first?.path.join(".") ?? "";
  // zod/mini carries no messages of its own.
  const why = first?.code === "invalid_type" ? `expected ${first.expected}` : (first?.message ?? "not an issue");
  return { bad: { reason: `${path === "" ? "" : `field ${path}: `}${why}`, column: undefined } };
}

/** Closed for good or deleted: not part of the working set that the cache holds in full. */
export function isLive(candidate: Issue): boolean {
  return candidate.status !== "closed" && candidate.status !== "tombstone";
}
