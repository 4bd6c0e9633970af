/**
 * A file under run/ with a line for each shard of some: its name, the object it was read from, and what was made of it. A line
 * holds exactly as long as the tree names that object. Made and mended when it is asked for; may be deleted at any time.
 */
import { writeDerived } from "@fleet/kit/files";
import { MIB, readBounded } from "@fleet/kit/read";
import type { Shard } from "./shard.ts";

/** A shard and the object that it is now. */
export interface Wanted {
  readonly name: string;
  readonly oid: string;
}

/** Bytes: some 60 a closed issue. */
const DERIVED = 64 * MIB;

/** The name, the object and a space after each, in characters. */
const HEAD = 44;
const LINE = /^([0-9a-f]{2}) ([0-9a-f]{40}) /;

/** By shard, the whole line. A torn file (short, or zeros where data was not written) is none. */
function read(path: string): Map<string, string> {
  const lines = new Map<string, string>();
  const file = readBounded(path, { most: DERIVED });
  const text = file.kind === "text" ? file.text : "";
  if (!text.endsWith("\n") || text.includes("\0")) return lines;
  for (const line of text.split("\n")) {
    const name = LINE.exec(line.slice(0, HEAD))?.[1];
    if (name !== undefined) lines.set(name, line);
  }
  return lines;
}

/** What is made of a shard, and how it stands in a line. */
export interface LineOf<T> {
  readonly make: (shard: Shard) => T;
  /** Without line ends. */
  readonly encode: (made: T) => string;
  /** Undefined for what `encode` never gave. */
  readonly decode: (text: string) => T | undefined;
}

/** What was made of each of these shards that can be read, in order. `readShards`: undefined for what can't. */
export function shardLines<T>(
  path: string,
  wanted: readonly Wanted[],
  readShards: (names: readonly string[]) => readonly (Shard | undefined)[],
  { make, encode, decode }: LineOf<T>,
): T[] {
  const lines = read(path);
  const made = new Map<string, T>();
  const changed = wanted.filter(({ name, oid }) => {
    const line = lines.get(name);
    const known = line?.startsWith(`${name} ${oid} `) === true ? decode(line.slice(HEAD)) : undefined;
    if (known !== undefined) made.set(name, known);
    return known === undefined;
  });
  const shards = changed.length === 0 ? [] : readShards(changed.map(({ name }) => name));
  changed.forEach(({ name, oid }, index) => {
    const shard = shards[index];
    lines.delete(name);
    // What can't be read is asked for again.
    if (shard === undefined) return;
    const one = make(shard);
    made.set(name, one);
    lines.set(name, `${name} ${oid} ${encode(one)}`);
  });
  if (changed.length > 0) writeDerived(path, () => `${[...lines.values()].join("\n")}\n`);
  return wanted.flatMap(({ name }) => made.get(name) ?? []);
}
