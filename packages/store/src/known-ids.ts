/**
 * `run/ids`: the ids of the shards that hold closed issues, for arguments that are a part of an id or none at all, which would
 * read every issue otherwise (2.3 s at 100 000). A line is a shard's name, the object it was read from, and its ids: it holds
 * exactly as long as the tree names that object. Made and mended when it is asked for; may be deleted at any time.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { StoreError } from "./errors.ts";
import { discard, ensureDir } from "./files.ts";
import { crypto } from "./node.ts";
import type { Shard } from "./shard.ts";

const pathOf = (home: string): string => join(home, "run", "ids");

/** A shard and the object that it is now. */
export interface Wanted {
  readonly name: string;
  readonly oid: string;
}

const LINE = /^([0-9a-f]{2}) ([0-9a-f]{40}) /;

/** By shard, the whole line. A torn file (short, or zeros where data was not written) is none. */
function read(home: string): Map<string, string> {
  const lines = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(pathOf(home), "utf8");
  } catch {
    return lines;
  }
  if (!text.endsWith("\n") || text.includes("\0")) return lines;
  for (const line of text.split("\n")) {
    const name = LINE.exec(line.slice(0, 44))?.[1];
    if (name !== undefined) lines.set(name, line);
  }
  return lines;
}

function write(home: string, lines: Iterable<string>): void {
  const path = pathOf(home);
  const temporary = `${path}.${crypto().randomBytes(6).toString("hex")}`;
  try {
    ensureDir(dirname(path), 0o700);
    writeFileSync(temporary, `${[...lines].join("\n")}\n`, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    // The next one who asks reads more.
    discard(temporary);
  }
}

const idsOf = (shard: Shard): string =>
  [...shard.byId.values()].flatMap(({ id, status }) => (status === "tombstone" ? [] : id)).join(" ");

/**
 * The ids of each of these shards, a space between, those of deleted issues left out. `read` gives the shards that have changed; what
 * it can't give is left out, and asked for again.
 */
export function knownIds(
  home: string,
  wanted: readonly Wanted[],
  readShards: (names: readonly string[]) => readonly (Shard | StoreError)[],
): string[] {
  const lines = read(home);
  const isKnown = ({ name, oid }: Wanted): boolean => lines.get(name)?.startsWith(`${name} ${oid} `) === true;
  const changed = wanted.filter((one) => !isKnown(one));
  const shards = changed.length === 0 ? [] : readShards(changed.map(({ name }) => name));
  changed.forEach(({ name, oid }, index) => {
    const shard = shards[index];
    if (shard === undefined || shard instanceof StoreError) lines.delete(name);
    else lines.set(name, `${name} ${oid} ${idsOf(shard)}`);
  });
  if (changed.length > 0) write(home, lines.values());
  return wanted.flatMap(({ name }) => lines.get(name)?.slice(44) ?? []);
}
