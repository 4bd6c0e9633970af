/** Finds identical and similar issues (beads 1.0.5, duplicates.go and find_duplicates.go). */
import { setting, TASK_SETTINGS } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";
import { canonical } from "@fleet/store/merge/canonical";
import type { Snapshot } from "@fleet/store/snapshot";
import { byCodeUnit } from "@fleet/store/shard";

import { isCounted } from "@fleet/store/shapes";

interface Weight {
  /** How often the id is mentioned in other issues. */
  readonly references: number;
  readonly dependents: number;
  readonly dependencies: number;
  /** How much would be lost with the issue: each dependent counts three. */
  readonly weight: number;
}

export interface Duplicates {
  readonly issues: readonly Issue[];
  readonly target: Issue;
  readonly sources: readonly string[];
  readonly weights: ReadonlyMap<string, Weight>;
}

/** The settings that a task runs with, except the PATH of the shell that made it. */
const settings = ({ metadata = {} }: Issue): Record<string, unknown> =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => TASK_SETTINGS.has(name) && name !== "path"));

/** A queue serves many projects: the same words in another directory, or for another coder, are other work. */
const sameWork = (issue: Issue): string => {
  const { title, description, design, acceptance_criteria, status } = issue;
  return canonical([title, description ?? "", design ?? "", acceptance_criteria ?? "", status, settings(issue)]);
};

const WORD = /(?<![A-Za-z0-9._-])[A-Za-z][A-Za-z0-9_-]*-[A-Za-z0-9]+(?:\.\d+)*/g;

function mentions(issues: readonly Issue[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { description, design, acceptance_criteria, notes } of issues) {
    for (const text of [description, design, acceptance_criteria, notes])
      for (const [word] of (text ?? "").matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** Groups of live issues with equal title, description, design, acceptance criteria, status and settings. */
export function duplicates(snapshot: Snapshot): Duplicates[] {
  const groups = new Map<string, Issue[]>();
  for (const issue of snapshot.live.values()) {
    const key = sameWork(issue);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [issue]);
    else group.push(issue);
  }
  const same = [...groups.values()].filter((group) => group.length > 1);
  if (same.length === 0) return [];
  const all = snapshot.all();
  const named = mentions(all);
  const dependents = new Map<string, number>();
  for (const { dependencies = [] } of all)
    for (const edge of dependencies)
      if (isCounted(edge.type)) dependents.set(edge.depends_on_id, (dependents.get(edge.depends_on_id) ?? 0) + 1);
  const weigh = ({ id, dependencies = [] }: Issue): Weight => {
    const below = dependents.get(id) ?? 0;
    const above = dependencies.filter((edge) => isCounted(edge.type)).length;
    return { references: named.get(id) ?? 0, dependents: below, dependencies: above, weight: below * 3 + above };
  };
  return same
    .map((group) => {
      const issues = group.sort((a, b) => byCodeUnit(a.id, b.id));
      const weights = new Map(issues.map((issue) => [issue.id, weigh(issue)]));
      const rank = (issue: Issue): readonly [number, number] => {
        const weight = weights.get(issue.id);
        return [weight?.weight ?? 0, weight?.references ?? 0];
      };
      const target = issues.reduce((best, issue) => {
        const [[a, b], [c, d]] = [rank(best), rank(issue)];
        return c > a || (c === a && d > b) ? issue : best;
      });
      return { issues, target, sources: issues.flatMap(({ id }) => (id === target.id ? [] : [id])), weights };
    })
    .sort((a, b) => byCodeUnit(a.target.id, b.target.id));
}

type Words = ReadonlyMap<string, number>;

function wordsOf(issue: Issue): Words {
  const words = new Map<string, number>();
  for (const word of `${issue.title} ${issue.description ?? ""}`.toLowerCase().split(/[^\p{L}\p{N}-]+/u))
    if (Buffer.byteLength(word) > 1) words.set(word, (words.get(word) ?? 0) + 1);
  return words;
}

/** The mean of Jaccard and cosine similarity. */
function similarity(a: Words, b: Words): number {
  let [shared, union, product, lengthA, lengthB] = [0, 0, 0, 0, 0];
  for (const [word, count] of a) {
    const other = b.get(word) ?? 0;
    shared += Math.min(count, other);
    union += Math.max(count, other);
    product += count * other;
    lengthA += count * count;
  }
  for (const [word, count] of b) {
    if (!a.has(word)) union += count;
    lengthB += count * count;
  }
  if (union === 0 || lengthA === 0 || lengthB === 0) return 0;
  return (shared / union + product / (Math.sqrt(lengthA) * Math.sqrt(lengthB))) / 2;
}

export interface Pair {
  readonly a: Issue;
  readonly b: Issue;
  readonly similarity: number;
}

/** Pairs at or above the threshold, most similar first. Compares only issues of one directory that share a word. */
export function alike(issues: readonly Issue[], threshold: number): Pair[] {
  const items = issues.map((issue) => ({ issue, words: wordsOf(issue) }));
  const byWord = new Map<string, number[]>();
  const pairs: Pair[] = [];
  items.forEach(({ issue, words }, at) => {
    const others = new Set<number>();
    for (const word of words.keys()) for (const other of byWord.get(word) ?? []) others.add(other);
    const candidates = threshold > 0 ? [...others] : items.slice(0, at).keys();
    for (const index of candidates) {
      const other = items[index];
      if (other === undefined || setting(other.issue, "cwd") !== setting(issue, "cwd")) continue;
      const alikeness = similarity(other.words, words);
      if (alikeness >= threshold) pairs.push({ a: other.issue, b: issue, similarity: alikeness });
    }
    for (const word of words.keys()) {
      const known = byWord.get(word);
      if (known === undefined) byWord.set(word, [at]);
      else known.push(at);
    }
  });
  return pairs.sort((x, y) => y.similarity - x.similarity || byCodeUnit(x.a.id, y.a.id) || byCodeUnit(x.b.id, y.b.id));
}
