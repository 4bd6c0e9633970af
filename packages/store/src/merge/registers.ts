/**
 * An issue taken apart into registers, each merged for itself: one a field, one a label, one an edge's target, one a key of
 * `metadata` and of `metadata.limits`, two a question: its words and its answer. Status and what belongs to it is one unit of its own (status-group.ts); comments are a growing set.
 */
import { isObject } from "@fleet/kit/is-object";

import { areQuestions, type Question } from "../record-shapes.ts";
import { type Dependency, type Issue, orderedFields } from "../issue.ts";
import { byCodeUnit } from "../shard.ts";
import { millis } from "../time.ts";
import { canonical } from "./canonical.ts";
import { mergeRecord, questionsIn } from "./record.ts";
import { STATUS_FIELDS } from "./status-group.ts";

const APART: ReadonlySet<string> = new Set([
  ...STATUS_FIELDS,
  "id",
  "updated_at",
  "metadata",
  "labels",
  "dependencies",
  "comments",
]);

const LABEL = "labels.";
const EDGE = "dependencies.";
const KEY = "metadata.";
/** Each limit of a task is set for itself: a raised budget must not lose to a longer time. */
const LIMIT = "limits.";
/** An answer must not lose to an asker that gave up meanwhile in another home. */
const QUESTION = "questions.";
const ANSWER = "answers.";
const FIELD = "field.";

export type Register =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "edge"; readonly target: string }
  | { readonly kind: "metadata"; readonly key: string }
  | { readonly kind: "limit"; readonly key: string }
  | { readonly kind: "question" | "answer"; readonly id: string };

/** A field of somebody else's that has a dot in its name is told from ours by a prefix. */
const fieldName = (name: string): string => (name.includes(".") ? `${FIELD}${name}` : name);
export const edgeName = (target: string): string => `${EDGE}${target}`;

export function registerOf(name: string): Register {
  if (name.startsWith(LABEL)) return { kind: "label", label: name.slice(LABEL.length) };
  if (name.startsWith(EDGE)) return { kind: "edge", target: name.slice(EDGE.length) };
  if (name.startsWith(KEY)) return { kind: "metadata", key: name.slice(KEY.length) };
  if (name.startsWith(LIMIT)) return { kind: "limit", key: name.slice(LIMIT.length) };
  if (name.startsWith(QUESTION)) return { kind: "question", id: name.slice(QUESTION.length) };
  if (name.startsWith(ANSWER)) return { kind: "answer", id: name.slice(ANSWER.length) };
  return { kind: "field", name: name.startsWith(FIELD) ? name.slice(FIELD.length) : name };
}

export type Registers = ReadonlyMap<string, unknown>;

/** Every register that holds something. Edges that were set aside are edges. */
export function registersOf(issue: Issue): Registers {
  const registers = new Map<string, unknown>();
  for (const [name, value] of orderedFields(issue)) if (!APART.has(name)) registers.set(fieldName(name), value);
  for (const label of issue.labels ?? []) registers.set(`${LABEL}${label}`, true);
  const byTarget = new Map<string, Dependency[]>();
  for (const edge of [...(issue.dependencies ?? []), ...mergeRecord(issue).setAside])
    byTarget.set(edge.depends_on_id, [...(byTarget.get(edge.depends_on_id) ?? []), edge]);
  for (const [target, edges] of byTarget) registers.set(edgeName(target), edges);
  for (const [key, value] of Object.entries(issue.metadata ?? {}))
    if (key === "limits" && isObject(value) && Object.keys(value).length > 0)
      for (const [limit, set] of Object.entries(value)) registers.set(`${LIMIT}${limit}`, set);
    else if (key !== "fleet" && value !== undefined) registers.set(`${KEY}${key}`, value);
  for (const { answer, ...question } of questionsIn(issue)) {
    registers.set(`${QUESTION}${question.id}`, question);
    if (answer !== undefined) registers.set(`${ANSWER}${question.id}`, answer);
  }
  return registers;
}

const isEdge = (value: unknown): value is Dependency =>
  typeof value === "object" && value !== null && "depends_on_id" in value && "type" in value;

const edgesIn = (value: unknown): Dependency[] => (Array.isArray(value) ? value.filter(isEdge) : []);

/** Oldest first, then by where it leads. */
export const byEdgeAge = (a: Dependency, b: Dependency): number =>
  millis(a.created_at) - millis(b.created_at) ||
  byCodeUnit(a.issue_id, b.issue_id) ||
  byCodeUnit(a.depends_on_id, b.depends_on_id) ||
  byCodeUnit(a.type, b.type);

export interface Rebuilt {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  readonly dependencies: readonly Dependency[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** In the order of their ids, which is that of their times. */
  readonly questions: readonly Question[];
}

/** The parts of an issue again, each in an order that depends on nothing but the registers. */
export function rebuilt(registers: Registers): Rebuilt {
  const fields: [string, unknown][] = [];
  const metadata: [string, unknown][] = [];
  const limits: [string, unknown][] = [];
  const labels: string[] = [];
  const dependencies: Dependency[] = [];
  const questions: unknown[] = [];
  for (const [name, value] of [...registers].sort(([a], [b]) => byCodeUnit(a, b))) {
    if (value === undefined) continue;
    const register = registerOf(name);
    if (register.kind === "field") fields.push([register.name, value]);
    else if (register.kind === "label") labels.push(register.label);
    else if (register.kind === "edge") dependencies.push(...edgesIn(value));
    else if (register.kind === "metadata") metadata.push([register.key, value]);
    else if (register.kind === "limit") limits.push([register.key, value]);
    else if (register.kind === "question" && isObject(value)) {
      const answer = registers.get(`${ANSWER}${register.id}`);
      questions.push(sortedKeys(answer === undefined ? value : { ...value, answer }));
    }
  }
  // In place of one that can't be understood, or of none: somebody has set these.
  if (limits.length > 0) metadata.push(["limits", Object.fromEntries(limits)]);
  return {
    fields: Object.fromEntries(fields),
    labels,
    dependencies: dependencies.sort(byEdgeAge),
    metadata: sortedKeys(Object.fromEntries(metadata)),
    questions: areQuestions(questions) ? questions : [],
  };
}

export function sortedKeys(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodeUnit(a, b)));
}

/** What a person would call the value, and by which two values count as the same: an edge is its type, a label is there or not. */
export function shown(name: string, value: unknown): string {
  const { kind } = registerOf(name);
  if (kind === "label") return value === undefined ? "removed" : "added";
  if (value === undefined) return kind === "edge" ? "removed" : "(empty)";
  if (kind === "edge")
    return edgesIn(value)
      .map(({ type, metadata }) =>
        metadata === undefined || metadata === "{}" ? type : `${type} ${canonical(metadata)}`,
      )
      .sort()
      .join(", ");
  return typeof value === "string" ? value : canonical(value);
}
