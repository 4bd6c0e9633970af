/** Decodes one line of an import: fills in missing fields as bd does, warns of odd ones, drops nothing. */
import { isBlank } from "@fleet/kit/text";
import { createHash } from "node:crypto";

import { exactJson, parseExact } from "@fleet/kit/exact-json";
import { isObject } from "@fleet/kit/is-object";
import { issueTrouble, sizeTrouble } from "@fleet/store/intake";
import { type Comment, decodeIssue, FIELD_ORDER, type Issue } from "@fleet/store/issue";
import { brCommentId, commentsAlike } from "@fleet/store/merge/export-form";
import { excess } from "@fleet/store/outside";
import { edgeTypeMeant } from "@fleet/store/status";
import { millis, notBefore, stamp, timeOf } from "@fleet/store/time";

type Row = Readonly<Record<string, unknown>>;

/** An issue of the file. */
export interface Candidate {
  /** With an empty id where the file has none. */
  readonly issue: Issue;
  /** The place for messages: `line 7`. */
  readonly where: string;
  /**
   * whole: the complete issue at its updated_at; a missing field was removed · partial: only the given fields are known, as of
   * `updated_at`, which is the file's or now (a plan, a line without times) · stamped: from another home, with the time of each
   * field's last edit.
   */
  readonly kind: "whole" | "partial" | "stamped";
  /** Filled-in defaults: nobody wrote them, so they overwrite nothing. */
  readonly filled?: ReadonlySet<string>;
}

export interface BadLine {
  readonly where: string;
  readonly why: string;
  /** The id of the invalid line's issue, if it can be read. */
  readonly id?: string;
}

export interface IncomingMemory {
  readonly value: string;
  /** When it was written, where the file says it. */
  readonly at?: string;
  /** Unknown fields. */
  readonly others?: Row;
}

/** Everything that an import brings, from any source. */
export interface Incoming {
  readonly candidates: readonly Candidate[];
  readonly memories: ReadonlyMap<string, IncomingMemory>;
  readonly bad: readonly BadLine[];
  /** Lines of a `_type` that only a later bd knows; skipped. */
  readonly passedOver: readonly BadLine[];
}

/** Fields that exporters compute, and a line's markers. */
const NOT_FIELDS: ReadonlySet<string> = new Set([
  "_type",
  "dependency_count",
  "dependent_count",
  "comment_count",
  "wisp",
]);

/** Known fields where empty means unset; what an empty unknown field means is not known. */
const KNOWN: ReadonlySet<string> = new Set(FIELD_ORDER);

/** A blank title is reported as missing. */
const isUnset = (name: string, value: unknown): boolean =>
  value === null || (typeof value === "string" && isBlank(value) && (name !== "title" || value === ""));

/** A time in UTC with all its fraction digits; an invalid time stays, and makes the row invalid. */
function inUtc(value: unknown): unknown {
  if (typeof value !== "string" || value.endsWith("Z")) return value;
  const at = timeOf(value);
  if (at === undefined) return value;
  const fraction = /:\d{2}(\.\d+)/.exec(value)?.[1] ?? "";
  return `${new Date(at).toISOString().slice(0, 19)}${fraction}Z`;
}

const TIMES = [
  // First, because a missing created_at is taken from it.
  "updated_at",
  "created_at",
  "started_at",
  "closed_at",
  "due_at",
  "defer_until",
  "deleted_at",
  "compacted_at",
] as const;

const isTime = (name: string): boolean => TIMES.some((known) => known === name);

function edgeOf(value: unknown, id: string): unknown {
  if (!isObject(value)) return value;
  const { type, issue_id, created_at, metadata, ...rest } = value;
  return {
    issue_id: issue_id === undefined || issue_id === "" ? id : issue_id,
    ...rest,
    type: type === undefined || type === "" ? "blocks" : type,
    ...(created_at === undefined ? {} : { created_at: inUtc(created_at) }),
    metadata: metadata === undefined || metadata === "" ? "{}" : metadata,
  };
}

/** A comment without an id gets one that is the same at each import. */
function commentOf(value: unknown, id: string, updated: string): unknown {
  if (!isObject(value)) return value;
  const created_at = inUtc(value["created_at"] ?? updated);
  const known = value["id"] !== undefined && value["id"] !== null && value["id"] !== "";
  const seed = JSON.stringify([id, value["author"], value["text"], created_at]);
  const made = (): string => `import-${createHash("sha256").update(seed).digest("hex").slice(0, 24)}`;
  return { ...value, id: known ? value["id"] : made(), created_at };
}

const listOf = (value: unknown, each: (item: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(each) : value;

/** The row as an issue; a string says why it is none. `now` replaces missing times. */
export function decodeRow(row: Row, where: string, now: string): Candidate | BadLine {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (NOT_FIELDS.has(name) || (KNOWN.has(name) && isUnset(name, value))) continue;
    fields[name] = isTime(name) ? inUtc(value) : value;
  }
  if (row["wisp"] === true) fields["ephemeral"] = true;
  const { id: given, updated_at: updated = now } = fields;
  const id = typeof given === "string" ? given : "";
  if (fields["dependencies"] !== undefined)
    fields["dependencies"] = listOf(fields["dependencies"], (edge) => edgeOf(edge, id));
  if (fields["comments"] !== undefined)
    fields["comments"] = listOf(fields["comments"], (one) => commentOf(one, id, String(updated)));
  if (Array.isArray(fields["labels"]))
    fields["labels"] = fields["labels"].filter((label) => typeof label !== "string" || !isBlank(label));
  const created = fields["created_at"] ?? updated;
  // An id is checked with the other fields if there is one.
  const whole = { ...fields, created_at: created, updated_at: updated, id: given ?? "none-0" };
  const decoded = decodeIssue(exactJson(whole));
  if ("bad" in decoded) return { where, why: `failed to parse issue from JSONL: ${decoded.bad.reason}`, id };
  const { issue } = decoded;
  if (isBlank(issue.title) && issue.status !== "tombstone")
    return { where, why: `validation failed for issue ${id}: title is required`, id };
  const trouble = troubleIn(issue);
  if (trouble !== undefined) return { where, why: `validation failed for issue ${id}: ${trouble}`, id };
  const kept = { ...issue, id, updated_at: notBefore(issue.updated_at, issue.created_at) };
  if (fields["updated_at"] !== undefined) return { issue: kept, where, kind: "whole" };
  const filled = new Set(["created_at", "priority", "issue_type"].filter((name) => fields[name] === undefined));
  return { issue: kept, where, kind: "partial", filled };
}

function troubleIn(issue: Issue): string | undefined {
  const times: [place: string, value: unknown][] = [
    ...TIMES.map((name): [string, unknown] => [name, issue[name]]),
    ...(issue.dependencies ?? []).map((edge, at): [string, unknown] => [
      `dependencies[${at}].created_at`,
      edge.created_at,
    ]),
    ...(issue.comments ?? []).map((one, at): [string, unknown] => [`comments[${at}].created_at`, one.created_at]),
  ];
  for (const [place, value] of times)
    if (value !== undefined && (typeof value !== "string" || timeOf(value) === undefined))
      return `${place} is not a time: ${JSON.stringify(value)} (2026-01-15T10:00:00Z is one)`;
  for (const [at, { depends_on_id: to, type }] of (issue.dependencies ?? []).entries()) {
    if (isBlank(to)) return `dependencies[${at}].depends_on_id is empty`;
    const meant = edgeTypeMeant(type);
    if (meant !== undefined)
      return `dependencies[${at}].type ${JSON.stringify(type)} is not known; did you mean "${meant}"?`;
  }
  // Used in arithmetic, so a number beyond 2^53 would change its digits.
  const { priority, estimated_minutes: minutes = 0 } = issue;
  if (!Number.isSafeInteger(minutes)) return `estimated_minutes is not a whole number below 2^53: ${minutes}`;
  const large = issueTrouble(undefined, issue);
  if (large !== undefined) return large;
  const tooMuch = excess(issue);
  if (tooMuch !== undefined) return tooMuch;
  if (!Number.isInteger(priority) || priority < 0 || priority > 4)
    return `priority must be between 0 and 4 (got ${priority})`;
  return undefined;
}

/** A string says why the record is none. */
function decodeMemory(row: Row): string | { readonly key: string; readonly memory: IncomingMemory } {
  const { _type, key, value, updated_at: at, ...others } = row;
  if (typeof key !== "string" || isBlank(key) || typeof value !== "string" || isBlank(value))
    return "it needs a key and a value";
  const large = sizeTrouble("the memory", value);
  if (large !== undefined) return large;
  const isTimed = typeof at === "string" && !Number.isNaN(Date.parse(at));
  return { key, memory: { value, ...(isTimed ? { at } : {}), others } };
}

/** The id of an invalid line: issues that wait for it are held. */
function idGuessed(raw: string): { readonly id?: string } {
  const id = /"id"\s*:\s*"([^"\\\ufffd]+)"/.exec(raw)?.[1];
  return id === undefined ? {} : { id };
}

interface Progress {
  readonly step: (done: number, of: number) => void;
}

/**
 * Every line of a JSONL text, each decoded on its own. `now`, in milliseconds, replaces missing times. `faulty`: the numbers of lines
 * that were not valid UTF-8, whose text is therefore a guess.
 */
export function readJsonl(
  text: string,
  now: number,
  progress: Progress,
  faulty: ReadonlySet<number> = new Set(),
): Incoming {
  const candidates: Candidate[] = [];
  const memories = new Map<string, IncomingMemory>();
  const bad: BadLine[] = [];
  const passedOver: BadLine[] = [];
  const lines = text.replace(/^\ufeff/, "").split("\n");
  lines.forEach((raw, index) => {
    progress.step(index, lines.length);
    if (raw.trim() === "") return;
    const where = `line ${index + 1}`;
    if (faulty.has(index + 1)) {
      bad.push({ where, why: "failed to parse JSONL line: it is not UTF-8", ...idGuessed(raw) });
      return;
    }
    let value: unknown;
    try {
      value = parseExact(raw);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      bad.push({ where, why: `failed to parse JSONL line: ${why}` });
      return;
    }
    if (!isObject(value)) bad.push({ where, why: "failed to parse JSONL line: not an object" });
    else if (value["_type"] === "memory") {
      const memory = decodeMemory(value);
      const decoded = typeof memory === "string" ? memory : (excess(value) ?? memory);
      if (typeof decoded === "string") bad.push({ where, why: `failed to parse memory record: ${decoded}` });
      else memories.set(decoded.key, decoded.memory);
    } else if (value["_type"] !== undefined && value["_type"] !== "issue")
      passedOver.push({ where, why: `a record of the type ${JSON.stringify(value["_type"])}, not known here` });
    else if (!("_schema" in value)) {
      const decoded = decodeRow(value, where, stamp(now));
      if ("why" in decoded) bad.push(decoded);
      else candidates.push(decoded);
    }
  });
  return { candidates, memories, bad, passedOver };
}

/** Comments of both, by time; the same id is the same comment, unless the text differs. */
export function joinedComments(local: readonly Comment[] = [], added: readonly Comment[] = []): Comment[] {
  const known = new Map(local.map((comment) => [String(comment.id), comment]));
  const isNumbered = [...local, ...added].some(({ id }) => typeof id === "number");
  const byNumber = new Map(isNumbered ? local.map((comment) => [brCommentId(comment.id), comment]) : []);
  const news: Comment[] = [];
  for (const comment of added) {
    const same = isNumbered ? byNumber.get(brCommentId(comment.id)) : undefined;
    // br's format has numeric ids, derived from ours.
    if (same !== undefined && commentsAlike(same, comment)) continue;
    const there = known.get(String(comment.id));
    if (there === undefined) news.push(comment);
    // br numbers comments per store, so two stores may use one number for different comments.
    else if (typeof comment.id === "number" && there.text !== comment.text) {
      const id = `import-${createHash("sha256").update(exactJson(comment)).digest("hex").slice(0, 24)}`;
      if (!known.has(id)) news.push({ ...comment, id });
    }
  }
  return news.length === 0
    ? [...local]
    : [...local, ...news].sort((a, b) => millis(a.created_at) - millis(b.created_at));
}
