/**
 * A shard: one of the 256 files `issues/00.jsonl` … `issues/ff.jsonl`, its lines sorted by id.
 * A line that can't be decoded stays where it is, byte for byte, through every rewrite.
 *
 * One file for all issues cost 15 ms a commit at 1 000 issues and 60–80 ms at 10 000; one file an issue 245 ms at
 * 100 000; 256 shards stay flat.
 */
import { createHash } from "node:crypto";

import { type BadLine, decodeIssue, encodeIssue, type Issue } from "./issue.ts";

/** `fleet-0a5` of `fleet-0a5.1.2`: children live in their root's shard, and so do the numbers that were given out. */
export function rootId(id: string): string {
  const dot = id.indexOf(".");
  // An id from elsewhere may hold a dot that is no child number ("v1.x-abc"); it is its own root then.
  return dot > 0 && /^(\.\d+)+$/.test(id.slice(dot)) ? id.slice(0, dot) : id;
}

/** The shard's two hex digits. Lower-cased, because ids are unique ignoring case. */
export function shardOf(id: string): string {
  return createHash("sha256").update(rootId(id).toLowerCase()).digest("hex").slice(0, 2);
}

export const SHARD_NAMES: readonly string[] = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"));

/** A line that is in the way: where it stands and why it is not an issue. */
export interface Problem extends BadLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

interface Entry {
  /** Undefined: a line that is kept but is no issue. */
  readonly issue: Issue | undefined;
  readonly raw: string;
}

export interface Shard {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly byId: ReadonlyMap<string, Issue>;
  readonly problems: readonly Problem[];
}

export function parseShard(name: string, text: string): Shard {
  const file = `issues/${name}.jsonl`;
  const entries: Entry[] = [];
  const byId = new Map<string, Issue>();
  const seen = new Set<string>();
  const problems: Problem[] = [];
  const lines = text.split("\n");
  lines.forEach((raw, index) => {
    if (raw.trim() === "") return;
    const decoded = decodeIssue(raw);
    let bad: BadLine | undefined;
    if ("bad" in decoded) bad = decoded.bad;
    else if (shardOf(decoded.issue.id) !== name) {
      bad = { reason: `${decoded.issue.id} belongs in issues/${shardOf(decoded.issue.id)}.jsonl`, column: undefined };
    } else if (seen.has(decoded.issue.id.toLowerCase())) {
      bad = { reason: `a second line for ${decoded.issue.id} (ids are unique ignoring case)`, column: undefined };
    }
    if (bad !== undefined || "bad" in decoded) {
      problems.push({ file, line: index + 1, reason: bad?.reason ?? "", column: bad?.column });
      entries.push({ issue: undefined, raw });
      return;
    }
    seen.add(decoded.issue.id.toLowerCase());
    byId.set(decoded.issue.id, decoded.issue);
    entries.push({ issue: decoded.issue, raw });
  });
  return { name, entries, byId, problems };
}

/** By code unit, so that every machine and locale sorts alike. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The shard with these issues in place of the lines of the same id, or put where they sort. */
export function withIssues(shard: Shard, changed: readonly Issue[]): { readonly shard: Shard; readonly text: string } {
  const entries = [...shard.entries];
  const byId = new Map(shard.byId);
  for (const issue of changed) {
    const entry: Entry = { issue, raw: encodeIssue(issue) };
    const at = entries.findIndex((e) => e.issue?.id === issue.id);
    if (at >= 0) entries[at] = entry;
    else {
      const before = entries.findIndex((e) => e.issue !== undefined && byCodeUnit(e.issue.id, issue.id) > 0);
      entries.splice(before < 0 ? entries.length : before, 0, entry);
    }
    byId.set(issue.id, issue);
  }
  const text = entries.map((e) => `${e.raw}\n`).join("");
  const problems = shard.problems.length === 0 ? [] : parseShard(shard.name, text).problems;
  return { shard: { name: shard.name, entries, byId, problems }, text };
}
