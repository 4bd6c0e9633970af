/**
 * `run/ids`: the ids of the shards that hold closed issues, for arguments that are a part of an id or none at all, which would
 * read every issue otherwise (2.3 s at 100 000).
 */
import { join } from "node:path";

import type { Shard } from "./shard.ts";
import { type LineOf, shardLines, type Wanted } from "./shard-lines.ts";

const IDS: LineOf<string> = {
  make: (shard) => [...shard.byId.values()].flatMap(({ id, status }) => (status === "tombstone" ? [] : id)).join(" "),
  encode: (ids) => ids,
  decode: (ids) => ids,
};

/** The ids of each of these shards that can be read, a space between, those of deleted issues left out. */
export const knownIds = (
  home: string,
  wanted: readonly Wanted[],
  read: (names: readonly string[]) => readonly (Shard | undefined)[],
): string[] => shardLines(join(home, "run", "ids"), wanted, read, IDS);
