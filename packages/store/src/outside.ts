/**
 * What comes from outside (a file, another home) is data. Pure: what of a foreign issue's `metadata` is kept, which parts of
 * an issue decide what runs, and how large any of it may be.
 */
import { exactJson } from "@fleet/kit/exact-json";
import { isObject } from "@fleet/kit/is-object";

import { TASK_SETTINGS } from "./task-settings.ts";
import { fleetRecord } from "./fleet-record.ts";
import { DEEPEST, type Issue } from "./issue.ts";
import { holdingEdges } from "./waits.ts";

/** Settings that are to come. A file that has one already must not find it in force after an update of fleet. */
const LATER_SETTINGS: ReadonlySet<string> = new Set([
  "setup",
  "land",
  "ask_before",
  "flow",
  "flows",
  "role",
  "roles",
  "trigger",
  "triggers",
  "approval",
  "approvals",
]);

/** How fleet names its settings. A key of any other form (jira.id, x-team, sprintGoal) can't become one. */
const LIKE_A_SETTING = /^[a-z][a-z0-9_]*$/;

export interface KeptMetadata {
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Keys that were taken off. */
  readonly dropped: readonly string[];
  /** Keys that were kept, mean nothing today, and are never read as settings (claims.ts, `settingValue`). */
  readonly distrusted: readonly string[];
}

/** `trusted`: all but fleet's own record, which is never another's to write. */
export function keptMetadata(metadata: Readonly<Record<string, unknown>>, trusted: boolean): KeptMetadata {
  const isDropped = (key: string): boolean =>
    key === "fleet" || (!trusted && (TASK_SETTINGS.has(key) || LATER_SETTINGS.has(key)));
  const keys = Object.keys(metadata);
  return {
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !isDropped(key))),
    dropped: keys.filter(isDropped),
    distrusted: trusted ? [] : keys.filter((key) => !isDropped(key) && LIKE_A_SETTING.test(key)),
  };
}

/** The words that a coder is given. To the coder `shell` they are the program. */
const WORDS = ["title", "description", "design", "acceptance_criteria", "notes"] as const;
/** What decides whether it is work at all, and from when. */
const KIND = ["issue_type", "is_template", "ephemeral", "pinned", "defer_until"] as const;
/** Fields of fleet's record that reach a coder, or say what an attempt may do. */
const RIGHTS = [
  "session",
  "session_coder",
  "session_account",
  "questions",
  "hold",
  "holds",
  "outside",
  "approval",
  "rework",
  "experiment",
  "pull",
] as const;

const same = (a: unknown, b: unknown): boolean => exactJson(a ?? null) === exactJson(b ?? null);

const keysOf = (...records: readonly (object | undefined)[]): string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record ?? {}))),
];

/**
 * The parts by which `after` would run something that `before` would not; empty where it only says or stops something (a
 * comment, a label, a close). `here`: the id of this home.
 */
export function runningParts(before: Issue | undefined, after: Issue, here: string): string[] {
  if (after.status === "tombstone") return [];
  const settings = (issue: Issue | undefined): Readonly<Record<string, unknown>> => {
    const { fleet: _fleet, ...rest } = issue?.metadata ?? {};
    return rest;
  };
  if (before === undefined || before.status === "tombstone") return ["new", ...keysOf(settings(after))];
  const [was, is] = [fleetRecord(before), fleetRecord(after)];
  const record = (issue: Issue): Readonly<Record<string, unknown>> => {
    const value = issue.metadata?.["fleet"];
    return isObject(value) ? value : {};
  };
  const isNewAttempt = is.attempt !== undefined && is.attempt.uuid !== was.attempt?.uuid && (is.home ?? here) === here;
  const edges = new Set(holdingEdges(after));
  return [
    ...[...WORDS, ...KIND].filter((name) => !same(before[name], after[name])),
    ...keysOf(settings(before), settings(after)).filter((key) => !same(settings(before)[key], settings(after)[key])),
    ...RIGHTS.filter((name) => !same(record(before)[name], record(after)[name])),
    ...(isNewAttempt || (is.completion !== undefined && !same(was.completion, is.completion) && is.home === here)
      ? ["attempt"]
      : []),
    ...((is.tries ?? 0) < (was.tries ?? 0) ? ["tries"] : []),
    ...(after.status !== before.status && after.status !== "closed" && after.status !== "in_progress"
      ? ["status"]
      : []),
    ...((before.assignee ?? "") !== "" && (after.assignee ?? "") === "" && after.status !== "closed"
      ? ["assignee"]
      : []),
    ...(holdingEdges(before).every((edge) => edges.has(edge)) ? [] : ["dependencies"]),
  ];
}

/** The most that is taken from outside at once. */
export const MOST = { rows: 1_000_000, field: 1024 * 1024, depth: DEEPEST, list: 10_000 };

/** What of a decoded JSON value is more than that, as a sentence; undefined where nothing is. Never recursive. */
export function excess(value: unknown): string | undefined {
  const open: { readonly value: unknown; readonly path: string; readonly depth: number }[] = [
    { value, path: "", depth: 1 },
  ];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value: one, path, depth } = at;
    if (typeof one === "string") {
      const bytes = one.length * 3 <= MOST.field ? 0 : Buffer.byteLength(one);
      if (bytes > MOST.field) return `${path} has ${bytes} bytes; the most is ${MOST.field}`;
      continue;
    }
    if (typeof one !== "object" || one === null) continue;
    if (depth > MOST.depth) return `${path.slice(0, 80)} is nested deeper than ${MOST.depth} levels`;
    const entries = Object.entries(one);
    if (entries.length > MOST.list) return `${path} has ${entries.length} elements; the most is ${MOST.list}`;
    for (const [name, below] of entries)
      open.push({ value: below, path: path === "" ? name : `${path}.${name}`.slice(0, 200), depth: depth + 1 });
  }
  return undefined;
}
