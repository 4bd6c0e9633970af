/** The same over shards: which lines are issues, which can't be decoded, and the bytes of the files that come out. */
import { byCodeUnit, parseShard, type Shard, shardOf } from "../shard.ts";
import type { Line } from "./identity.ts";
import { mergeLines, type MergedLines } from "./merge-lines.ts";

/** By shard name; one that is left out is empty. */
export type Shards = ReadonlyMap<string, Shard>;

export interface MergedShards extends MergedLines {
  /** Lines that can't be decoded, by shard. */
  readonly kept: ReadonlyMap<string, readonly Buffer[]>;
}

function linesOf(shards: Shards): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const shard of shards.values())
    for (const { issue, raw } of shard.entries)
      if (issue !== undefined) lines.set(issue.id, { issue, raw: raw.toString() });
  return lines;
}

/** Undecodable lines by their bytes, with the id that can be made out in them. */
function badLines(shard: Shard | undefined): Map<string, { readonly raw: Buffer; readonly id: string | undefined }> {
  const found = new Map<string, { raw: Buffer; id: string | undefined }>();
  let at = 0;
  for (const { issue, raw } of shard?.entries ?? []) {
    if (issue !== undefined) continue;
    const bytes = Buffer.from(raw);
    found.set(bytes.toString("latin1"), { raw: bytes, id: shard?.problems[at++]?.id });
  }
  return found;
}

function keptLines(base: Shard | undefined, ours: Shard | undefined, theirs: Shard | undefined): Buffer[] {
  const [before, a, b] = [badLines(base), badLines(ours), badLines(theirs)];
  const kept = new Map([...a, ...b]);
  for (const [text, { id }] of before) {
    const gone = [a.has(text) ? undefined : ours, b.has(text) ? undefined : theirs].filter((one) => one !== undefined);
    if (gone.length === 0) continue;
    // Mended: its id can be read where the line is gone. A line of no id was taken out by somebody who had looked at it.
    if (gone.some((side) => id === undefined || side.byId.has(id))) kept.delete(text);
    else kept.set(text, before.get(text) ?? { raw: Buffer.from(text, "latin1"), id });
  }
  return [...kept].sort(([x], [y]) => byCodeUnit(x, y)).map(([, { raw }]) => raw);
}

export function mergeShards(base: Shards, ours: Shards, theirs: Shards): MergedShards {
  const names = new Set([...base.keys(), ...ours.keys(), ...theirs.keys()]);
  const kept = new Map([...names].map((name) => [name, keptLines(base.get(name), ours.get(name), theirs.get(name))]));
  return { ...mergeLines(linesOf(base), linesOf(ours), linesOf(theirs)), kept };
}

const bytesOf = (lines: readonly Buffer[]): Buffer => Buffer.concat(lines.flatMap((line) => [line, Buffer.of(10)]));

const isSameLines = (a: readonly Buffer[], b: readonly Buffer[]): boolean => {
  const texts = (lines: readonly Buffer[]): string =>
    JSON.stringify(lines.map((line) => line.toString("latin1")).sort());
  return a.length === b.length && texts(a) === texts(b);
};

/** The file: a side's own where it holds just these lines, else the issues by id and then what can't be decoded. */
export function shardBytes(
  name: string,
  merged: Pick<MergedShards, "lines" | "kept">,
  sides: readonly (Buffer | undefined)[],
): Buffer {
  const issues = [...merged.lines].filter(([id]) => shardOf(id) === name).sort(([a], [b]) => byCodeUnit(a, b));
  const lines = [...issues.map(([, { raw }]) => Buffer.from(raw)), ...(merged.kept.get(name) ?? [])];
  for (const side of sides) {
    const own = side === undefined ? [] : parseShard(name, side).entries.map(({ raw }) => Buffer.from(raw));
    if (isSameLines(own, lines)) return side ?? Buffer.alloc(0);
  }
  return bytesOf(lines);
}
