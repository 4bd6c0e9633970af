/** Short marks of ids: whether a shard may have an edge to an issue, and whether a line may have gone from it, without reading it. */
import type { Issue } from "./issue.ts";
import type { Shard } from "./shard.ts";

const MARK = 3;

/** 32 bits of FNV-1a. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return hash;
}

/**
 * Three characters for an id: 18 bits of FNV-1a over it. What points at an issue that is closed is asked seldom, and its
 * edges in full would double the cache of a large home (33 000 edges: 100 kB so); a shard that does not hold the mark holds
 * no such edge, and of 256 that do not, one in three homes has one that seems to.
 */
function markOf(id: string): string {
  const hash = hashOf(id);
  const bits = (hash >>> 14) ^ (hash & 0x3ffff);
  return [bits >>> 12, (bits >>> 6) & 63, bits & 63].map((six) => ALPHABET[six]).join("");
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function marksOf(shard: Shard, isWanted: (issue: Issue) => boolean): string {
  const marks = new Set<string>();
  for (const issue of shard.byId.values())
    if (isWanted(issue)) for (const edge of issue.dependencies ?? []) marks.add(markOf(edge.depends_on_id));
  return [...marks].join("");
}

/** False only where no issue that these marks are of has an edge to this id. */
export function mayPointAt(marks: string, id: string): boolean {
  if (marks === "") return false;
  const mark = markOf(id);
  for (let at = marks.indexOf(mark); at >= 0; at = marks.indexOf(mark, at + 1)) if (at % MARK === 0) return true;
  return false;
}

/** How many ids, and the FNV-1a hashes of all, each XORed into one. */
export type Tally = readonly [count: number, hash: number];

export function tallyOf(ids: Iterable<string>): Tally {
  let [count, sum] = [0, 0];
  for (const id of ids) {
    count++;
    sum ^= hashOf(id);
  }
  return [count, sum];
}
