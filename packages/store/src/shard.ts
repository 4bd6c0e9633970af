/**
 * A shard: one of the 256 files `issues/00.jsonl` … `issues/ff.jsonl`, its lines sorted by id.
 * A line that can't be decoded stays where it is, byte for byte, through every rewrite.
 *
 * One file for all issues cost 15 ms a commit at 1 000 issues and 60–80 ms at 10 000; one file an issue 245 ms at
 * 100 000; 256 shards stay flat.
 */
import { isUtf8 } from "node:buffer";

import { loadedCrypto } from "@fleet/kit/node";
import { StoreError } from "./errors.ts";
import { type BadLine, decodeIssue, encodeIssue, type Issue, soundIssue } from "./issue.ts";
import { sha256 } from "./sha256.ts";

/**
 * `fleet-0a5` of `fleet-0a5.1.2`: children live in their root's shard, and so do the numbers that were given out.
 * Only numbers at the end are child numbers: the root of "v1.x-abc.2", an id from elsewhere, is "v1.x-abc".
 */
export function rootId(id: string): string {
  return id.replace(/(?<=.)(?:\.\d+)+$/, "");
}

/** The shard's two hex digits. Lower-cased, because ids are unique ignoring case. */
export function shardOf(id: string): string {
  const root = rootId(id).toLowerCase();
  // A write has it loaded, and there this one, run for the first time, would take half a millisecond.
  const digest = loadedCrypto()?.createHash("sha256").update(root).digest();
  const first = digest?.[0] ?? firstByte(sha256(Buffer.from(root)));
  return first.toString(16).padStart(2, "0");
}

const firstByte = ([word = 0]: Int32Array): number => word >>> 24;

export const SHARD_NAMES: readonly string[] = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"));

/** A line that is in the way: where it stands and why it is not an issue. */
export interface Problem extends BadLine {
  readonly file: string;
  /** From 1; 0 for a file that can't be read at all. */
  readonly line: number;
  /** The id that stands in the line, where one can be made out: that issue is unknown, not absent. */
  readonly id?: string | undefined;
}

interface Entry {
  /** Undefined: a line that is kept but is no issue. */
  readonly issue: Issue | undefined;
  /** Bytes where they are not UTF-8: a text could not give them back. */
  readonly raw: string | Buffer;
}

export interface Shard {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly byId: ReadonlyMap<string, Issue>;
  readonly problems: readonly Problem[];
  /** Set for a shard that git can't give. */
  readonly lost?: true;
}

function linesOf(content: string | Buffer): (string | Buffer)[] {
  if (typeof content === "string") return content.split("\n");
  if (isUtf8(content)) return content.toString("utf8").split("\n");
  const lines: (string | Buffer)[] = [];
  for (let at = 0; at <= content.length;) {
    const end = content.indexOf(10, at);
    const line = content.subarray(at, end < 0 ? content.length : end);
    lines.push(isUtf8(line) ? line.toString("utf8") : line);
    at = end < 0 ? content.length + 1 : end + 1;
  }
  return lines;
}

function notUtf8(raw: Buffer): BadLine {
  let column = 1;
  while (column < raw.length && isUtf8(raw.subarray(0, column))) column++;
  return { reason: "is not UTF-8", column };
}

/** The id in a line that can't be decoded, where it can be made out. */
const idIn = (raw: string | Buffer): string | undefined => /"id"\s*:\s*"([A-Za-z0-9._-]+)"/.exec(raw.toString())?.[1];

const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * A shard in whose lines nothing was wrong when it was derived from, whole; it is not looked for again. Of 390 lines, in a store of
 * 100 000, the looking is nine tenths of the work.
 */
export function parseSound(name: string, content: Buffer): Shard {
  const entries: Entry[] = [];
  const byId = new Map<string, Issue>();
  for (const raw of content.toString("utf8").split("\n")) {
    if (raw.trim() === "") continue;
    const issue = soundIssue(raw);
    byId.set(issue.id, issue);
    entries.push({ issue, raw });
  }
  return { name, entries, byId, problems: [] };
}

export function parseShard(name: string, content: string | Buffer): Shard {
  const file = `issues/${name}.jsonl`;
  const entries: Entry[] = [];
  const byId = new Map<string, Issue>();
  const seen = new Set<string>();
  const problems: Problem[] = [];
  linesOf(content).forEach((raw, index) => {
    if (typeof raw === "string" && raw.trim() === "") return;
    const decoded = typeof raw === "string" ? decodeIssue(raw) : { bad: notUtf8(raw) };
    let bad: BadLine | undefined;
    if ("bad" in decoded) bad = decoded.bad;
    else if (shardOf(decoded.issue.id) !== name) {
      bad = { reason: `${decoded.issue.id} belongs in issues/${shardOf(decoded.issue.id)}.jsonl`, column: undefined };
    } else if (seen.has(decoded.issue.id.toLowerCase())) {
      bad = { reason: `a second line for ${decoded.issue.id} (ids are unique ignoring case)`, column: undefined };
    }
    if (bad !== undefined || "bad" in decoded) {
      problems.push({ file, line: index + 1, reason: bad?.reason ?? "", column: bad?.column, id: idIn(raw) });
      entries.push({ issue: undefined, raw });
      return;
    }
    seen.add(decoded.issue.id.toLowerCase());
    byId.set(decoded.issue.id, decoded.issue);
    entries.push({ issue: decoded.issue, raw });
  });
  return { name, entries, byId, problems };
}

/** A shard that git can't give: nothing in it is known, and it is named among the problems. */
export function lostShard(name: string, reason: string): Shard {
  const problem = { file: `issues/${name}.jsonl`, line: 0, reason, column: undefined };
  return { name, entries: [], byId: new Map(), problems: [problem], lost: true };
}

/** True when a line of the shard is this id's in any case of letters, decoded or not; false only where that is known. */
export function mayHold(shard: Pick<Shard, "byId" | "problems" | "lost">, id: string): boolean {
  if (shard.lost === true || shard.byId.has(id)) return true;
  for (const known of shard.byId.keys()) if (sameId(known, id)) return true;
  return shard.problems.some((problem) => problem.id !== undefined && sameId(problem.id, id));
}

export const closedOf = ({ byId }: Pick<Shard, "byId">): Issue[] =>
  [...byId.values()].filter(({ status }) => status === "closed");

/** By code unit, so that every machine and locale sorts alike. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export interface Rewritten {
  readonly shard: Shard;
  readonly bytes: Buffer;
}

/** As it will be read back: without what is left out of a line. A line that could not be read back is not written. */
function written(issue: Issue): { readonly issue: Issue; readonly raw: string } {
  const raw = encodeIssue(issue);
  const decoded = decodeIssue(raw);
  if ("bad" in decoded) throw new StoreError("invalid", `${issue.id} can't be stored: ${decoded.bad.reason}`);
  return { issue: decoded.issue, raw };
}

/** The shard with these issues in place of the lines of the same id, or put where they sort. */
export function withIssues(shard: Shard, changed: readonly Issue[]): Rewritten {
  const entries = [...shard.entries];
  let byId = new Map(shard.byId);
  for (const issue of changed) {
    const entry = written(issue);
    const at = byId.has(issue.id) ? entries.findIndex((e) => e.issue?.id === issue.id) : -1;
    if (at >= 0) entries[at] = entry;
    else {
      const before = entries.findIndex((e) => e.issue !== undefined && byCodeUnit(e.issue.id, issue.id) > 0);
      entries.splice(before < 0 ? entries.length : before, 0, entry);
    }
    byId.set(issue.id, entry.issue);
  }
  // In the order of the lines, as whoever parses the shard has them.
  if (byId.size > shard.byId.size) byId = new Map(entries.flatMap((e) => (e.issue ? [[e.issue.id, e.issue]] : [])));
  const bytes = entries.every((e) => typeof e.raw === "string")
    ? Buffer.from(entries.map((e) => `${e.raw.toString()}\n`).join(""))
    : Buffer.concat(entries.flatMap((e) => [typeof e.raw === "string" ? Buffer.from(e.raw) : e.raw, Buffer.of(10)]));
  const problems = shard.problems.length === 0 ? [] : parseShard(shard.name, bytes).problems;
  return { shard: { name: shard.name, entries, byId, problems }, bytes };
}
