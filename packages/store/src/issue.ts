/**
 * An issue: one line of JSON, in beads' fields, types and order (beads 1.0.5, its Issue struct and `bd export`).
 * Fields that are not known here are kept and written back.
 */
import { asDouble, exactJson, parseExact, parseExactAgain } from "@fleet/kit/exact-json";
import { tooDeepAt } from "@fleet/kit/json";
import { isObject } from "@fleet/kit/is-object";

import { columnOf } from "./json-column.ts";
import {
  array,
  boolean,
  either,
  type Infer,
  is,
  matching,
  number,
  object,
  optional,
  record,
  string,
  unknown,
} from "./shape.ts";
import { EDGE_SHAPE, STATUS_SHAPE, TYPE_SHAPE } from "./status.ts";

const dependency = object({
  issue_id: string,
  depends_on_id: string,
  type: EDGE_SHAPE,
  created_at: optional(string),
  created_by: optional(string),
  metadata: optional(unknown),
});

const comment = object({
  /** UUIDv7 in bd, an integer in br. */
  id: either(string, number),
  issue_id: optional(string),
  author: optional(string),
  text: string,
  created_at: string,
});

const text = optional(string);

const line = object({
  // It names a directory and stands on command lines: no "..", no dot or dash in front, and no longer than a file name.
  id: matching(
    /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/,
    "an id of letters, digits, dots, dashes and underscores",
  ),
  title: string,
  description: text,
  design: text,
  acceptance_criteria: text,
  notes: text,
  spec_id: text,
  status: STATUS_SHAPE,
  priority: number,
  issue_type: TYPE_SHAPE,
  assignee: text,
  owner: text,
  estimated_minutes: optional(number),
  created_at: string,
  created_by: text,
  updated_at: string,
  started_at: text,
  closed_at: text,
  close_reason: text,
  closed_by_session: text,
  due_at: text,
  defer_until: text,
  external_ref: text,
  source_system: text,
  metadata: optional(record(unknown)),
  labels: optional(array(string)),
  dependencies: optional(array(dependency)),
  comments: optional(array(comment)),
  ephemeral: optional(boolean),
  pinned: optional(boolean),
  is_template: optional(boolean),
  deleted_at: text,
  deleted_by: text,
  delete_reason: text,
  original_type: text,
});

/** A line may lack these three, as bd's import allows. */
const DEFAULTS = { status: "open", priority: 0, issue_type: "task" };

/** Fields that are calculated with: a double, however it was written. */
const COUNTED = ["priority", "estimated_minutes"] as const;

/** As it stands where nothing is missing, in its order: a copy with these in front would have to be sorted again. */
function withDefaults(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const whole = "status" in value && "priority" in value && "issue_type" in value ? value : { ...DEFAULTS, ...value };
  if (COUNTED.every((name) => typeof whole[name] !== "string")) return whole;
  return { ...whole, ...Object.fromEntries(COUNTED.map((name) => [name, asDouble(whole[name])])) };
}

export type Dependency = Infer<typeof dependency>;
export type Comment = Infer<typeof comment>;
export type Issue = Infer<typeof line>;

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

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

const ORDER: ReadonlyMap<string, number> = new Map(FIELD_ORDER.map((name, at) => [name, at]));

/** The issue's fields as beads orders them, empty ones left out; unknown fields follow untouched. */
export function orderedFields(source: Issue): [string, unknown][] {
  const fields: [string, unknown][] = [];
  let last = -1;
  let isSorted = true;
  for (const name of Object.keys(source)) {
    const value = source[name];
    const at = ORDER.get(name) ?? FIELD_ORDER.length;
    if (value === undefined || (at < FIELD_ORDER.length && !ALWAYS.has(name) && isEmpty(value))) continue;
    if (at < last) isSorted = false;
    last = at;
    fields.push([name, value]);
  }
  // As it mostly is: every line is written in this order. The sort is stable, so unknown fields stay as they stood.
  if (isSorted) return fields;
  const place = (name: string): number => ORDER.get(name) ?? FIELD_ORDER.length;
  return fields.sort(([a], [b]) => place(a) - place(b));
}

/** One line, without its line end. */
export function encodeIssue(source: Issue): string {
  return exactJson(Object.fromEntries(orderedFields(source)));
}

/** A line that could not be understood; `column` counts from 1 where the parser tells. */
export interface BadLine {
  readonly reason: string;
  readonly column: number | undefined;
}

/** The bounds of parseExact: JSON.parse accepts any depth and JSON.stringify does not, and a line that could not be written again is no issue. */
export const DEEPEST = 64;

/** Decodes one line. Never throws: what can't be decoded is said, not dropped. */
export function decodeIssue(source: string): { readonly issue: Issue } | { readonly bad: BadLine } {
  let value: unknown;
  try {
    value = parseExact(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const deep = tooDeepAt(source);
    return { bad: { reason: message, column: deep === undefined ? columnOf(source) : deep + 1 } };
  }
  const whole = isObject(value) ? withDefaults(value) : value;
  if (is(line, whole)) return { issue: whole };
  const fault = line.fault(whole);
  const where = fault === undefined || fault.path === "" ? "" : `field ${fault.path}: `;
  return { bad: { reason: `${where}${fault?.why ?? "not an issue"}`, column: undefined } };
}

const isSound = (value: Record<string, unknown>): value is Issue => typeof value["id"] === "string";

/** Decodes a line that was decoded before and found to be an issue. */
export function soundIssue(source: string): Issue {
  const value = parseExactAgain(source);
  const whole = withDefaults(isObject(value) ? value : {});
  if (!isSound(whole)) throw new Error(`no issue: ${source.slice(0, 80)}`);
  return whole;
}

/** Closed for good or deleted: not part of the working set that the cache holds in full. */
export function isLive(candidate: Issue): boolean {
  return candidate.status !== "closed" && candidate.status !== "tombstone";
}

/** By its status or by its mark: it waits for nobody and holds nobody. */
export const isPinned = (issue: Pick<Issue, "status" | "pinned">): boolean =>
  issue.pinned === true || issue.status === "pinned";

/** True for what holds up whatever waits for it. */
export const holdsUp = (issue: Issue): boolean => isLive(issue) && !isPinned(issue);
