/** Flags that select issues, shared by `ready` and all others; those of `list`, `search` and `count` only: list-filters.ts. */
import { exactDigits, exactJson } from "@fleet/kit/exact-json";
import type { Issue } from "@fleet/store/issue";
import { parentOf } from "@fleet/store/graph";
import type { Meta } from "@fleet/store/meta";
import { find } from "@fleet/store/ops/find";
import type { Snapshot } from "@fleet/store/snapshot";
import {
  asType,
  INFRA,
  type IssueType,
  isStatus,
  NOT_WORK,
  priorityOf,
  type Status,
  statusNames,
  typeNames,
  typeOf,
} from "@fleet/store/status";

import type { Args } from "./args.ts";
import { Refusal } from "./errors.ts";
import type { Flags } from "./verb.ts";

export const LABEL_FLAGS: Flags = {
  label: { type: "list", short: "l", help: "Filter by labels (AND: must have ALL)" },
  "label-any": { type: "list", help: "Filter by labels (OR: must have AT LEAST ONE)" },
};
export const EXCLUDE_FLAGS: Flags = {
  "exclude-label": { type: "list", help: "Exclude issues that have ANY of these labels" },
  "exclude-type": { type: "list", home: "type", help: "Exclude issue types (comma-separated or repeatable)" },
};
export const METADATA_FLAGS: Flags = {
  "metadata-field": { type: "array", help: "Filter by metadata field (key=value, repeatable)" },
  "has-metadata-key": { type: "string", help: "Filter issues that have this metadata key set" },
};
export type Test = (issue: Issue) => boolean;

const labelsGiven = (args: Args, name: string): string[] =>
  [...new Set(args.texts(name).map((label) => label.trim()))].filter((label) => label !== "");

/** bd's message for an invalid priority. */
export const priorityTrouble = (text: string): string =>
  `invalid priority ${JSON.stringify(text)} (expected 0-4 or P0-P4, not words like high/medium/low)`;

export function priorityGiven(text: string): number {
  const priority = priorityOf(text);
  if (priority === undefined) throw new Refusal(priorityTrouble(text));
  return priority;
}

function labelTests(args: Args): Test[] {
  const tests: Test[] = [];
  const all = labelsGiven(args, "label");
  const any = labelsGiven(args, "label-any");
  const none = labelsGiven(args, "exclude-label");
  const on = (issue: Issue, label: string): boolean => issue.labels?.includes(label) === true;
  if (all.length > 0) tests.push((issue) => all.every((label) => on(issue, label)));
  if (any.length > 0) tests.push((issue) => any.some((label) => on(issue, label)));
  if (none.length > 0) tests.push((issue) => !none.some((label) => on(issue, label)));
  return tests;
}

function metadataTests(args: Args): Test[] {
  const tests: Test[] = [];
  for (const pair of args.texts("metadata-field")) {
    const at = pair.indexOf("=");
    if (at <= 0) throw new Refusal(`invalid --metadata-field: expected key=value, got ${JSON.stringify(pair)}`);
    const [key, value] = [pair.slice(0, at), pair.slice(at + 1)];
    tests.push((issue) => {
      const kept = issue.metadata?.[key];
      return kept !== undefined && (exactDigits(kept) ?? (typeof kept === "string" ? kept : exactJson(kept))) === value;
    });
  }
  const key = args.text("has-metadata-key");
  if (key !== undefined && key !== "") tests.push((issue) => issue.metadata?.[key] !== undefined);
  return tests;
}

/** A type that the home knows, with aliases resolved, or a type reserved by bd. */
export function typeGiven(meta: Meta, text: string): IssueType {
  const type = typeOf(meta, text) ?? [...NOT_WORK, ...INFRA].find((name) => name === asType(text));
  if (type !== undefined) return type;
  const valid = typeNames(meta).join(", ");
  throw new Refusal(`invalid issue type ${JSON.stringify(text)} (valid: ${valid})`);
}

/** The statuses that `--status a,b` names. */
export function statusesGiven(meta: Meta, text: string): Status[] {
  const parts = text.split(",").map((part) => part.trim());
  return parts.map((part) => {
    if (isStatus(meta, part)) return part;
    const valid = statusNames(meta).join(", ");
    const where = parts.length > 1 ? " in multi-status filter" : "";
    throw new Refusal(`invalid status ${JSON.stringify(part)}${where} (valid: ${valid})`);
  });
}

/** The predicate for labels, metadata, assignee, types and `more`; undefined without filters: then no issue needs to be read for it. */
export function testIfAny(args: Args, meta: Meta, more: readonly Test[] = []): Test | undefined {
  const tests = [...labelTests(args), ...metadataTests(args), ...more];
  const assignee = args.text("assignee");
  if (assignee !== undefined && assignee !== "") tests.push((issue) => issue.assignee === assignee);
  const type = args.text("type");
  if (type !== undefined && type !== "") {
    const wanted = typeGiven(meta, type);
    tests.push((issue) => issue.issue_type === wanted);
  }
  const excluded = args
    .texts("exclude-type")
    .flatMap((name) => (name.trim() === "" ? [] : [typeGiven(meta, name.trim())]));
  if (excluded.length > 0) tests.push((issue) => !excluded.includes(issue.issue_type));
  return tests.length === 0 ? undefined : (issue) => tests.every((test) => test(issue));
}

/** All descendants of this id by parent-child edges. */
export function descendants(issues: Iterable<Issue>, root: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const issue of issues) {
    const parent = parentOf(issue);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), issue.id]);
  }
  const found = new Set<string>();
  const queue = [root];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const child of children.get(at) ?? []) {
      if (found.has(child) || child === root) continue;
      found.add(child);
      queue.push(child);
    }
  }
  return found;
}

/** A filter's id: resolved if it exists, else as typed (and matches nothing). */
export function filterId(snapshot: Snapshot, argument: string): string {
  const resolved = snapshot.resolve(argument);
  return resolved.kind === "one" ? resolved.id : argument;
}

/**
 * The id of a parent filter. An unknown id is an error, not an empty list; except one that is missing here and that some issue names
 * as its parent.
 */
export function parentNamed(snapshot: Snapshot, argument: string): string {
  const id = filterId(snapshot, argument);
  if (snapshot.issue(id) !== undefined || snapshot.isMissing(id)) return id;
  return find(snapshot, argument).id;
}

/** Says on stderr that a list was cut, so that it is seen even where a program reads the list. */
export const cutNote = (shown: number, total: number, what: string): string =>
  `Showing ${shown} of ${total} ${what}. Use --limit 0 for all, or --limit N to raise the cap.`;
