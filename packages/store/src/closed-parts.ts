/**
 * `run/closed`: of each shard's closed issues, how many are in which group, and which come first in bd's order. So that a
 * count by group and the first page of a list need not read every issue (0.6 and 1.4 s at 100 000).
 */
import { join } from "node:path";

import { byPriority, type Place } from "./graph.ts";
import type { Issue } from "./issue.ts";
import { closedOf, type Shard } from "./shard.ts";
import { type LineOf, shardLines, type Wanted } from "./shard-lines.ts";
import { INFRA } from "./status.ts";

/** Into which groups an issue falls: of several labels into several, of no assignee or label into null. */
export const GROUPS = {
  priority: (issue: Issue): readonly (string | null)[] => [String(issue.priority)],
  type: (issue: Issue) => [issue.issue_type],
  assignee: (issue: Issue) => [issue.assignee ?? null],
  label: ({ labels = [] }: Issue) => (labels.length === 0 ? [null] : labels),
} as const;
export type Group = keyof typeof GROUPS;

/** So many of a shard are kept: one more than `bd list` shows, so that it can say that there are more. */
export const PLACES = 51;

type Tally = readonly (readonly [group: string | null, count: number])[];

export interface ClosedPart {
  readonly tallies: Readonly<Record<Group, Tally>>;
  /** The issues that `bd list` shows by default. */
  readonly first: readonly Place[];
}

/** Neither a message, an agent and the like, nor a template. */
export const isListed = (issue: Issue): boolean => !INFRA.has(issue.issue_type) && issue.is_template !== true;

export function tally(issues: Iterable<Issue>, group: Group): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const issue of issues) for (const one of GROUPS[group](issue)) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** How many are in each group of all these parts. */
export function tallyOf(parts: readonly ClosedPart[], group: Group): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const part of parts)
    for (const [one, count] of part.tallies[group]) counts.set(one, (counts.get(one) ?? 0) + count);
  return counts;
}

export function closedPartOf(closed: readonly Issue[]): ClosedPart {
  const of = (group: Group): Tally => [...tally(closed, group)];
  return {
    tallies: { priority: of("priority"), type: of("type"), assignee: of("assignee"), label: of("label") },
    first: closed
      .filter(isListed)
      .map(({ id, priority, created_at }) => ({ id, priority, created_at }))
      .sort(byPriority)
      .slice(0, PLACES),
  };
}

const PARTS: LineOf<ClosedPart> = {
  make: (shard) => closedPartOf(closedOf(shard)),
  encode: JSON.stringify,
  decode: partOf,
};

/** Its outermost aside it is taken at its word: this wrote it, of issues that were decoded. */
const isPart = (value: unknown): value is ClosedPart =>
  typeof value === "object" && value !== null && "tallies" in value && "first" in value;

function partOf(text: string): ClosedPart | undefined {
  try {
    const part: unknown = JSON.parse(text);
    return isPart(part) ? part : undefined;
  } catch {
    return undefined;
  }
}

/** The closed part of each of these shards that can be read. */
export const closedParts = (
  home: string,
  wanted: readonly Wanted[],
  read: (names: readonly string[]) => readonly (Shard | undefined)[],
): ClosedPart[] => shardLines(join(home, "run", "closed"), wanted, read, PARTS);
