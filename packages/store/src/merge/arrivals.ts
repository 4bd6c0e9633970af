/** What a sync is about to bring: the issues by which something could run that this home did not have before. */
import type { Passage } from "../freed-by.ts";
import { excess, runningParts } from "../outside.ts";
import { parseShard, SHARD_NAMES } from "../shard.ts";
import { Blobs, type Content, shardOid } from "./contents.ts";

export interface Arrivals {
  /** The parts that came, by the id of their issue. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
  /** The issues of every file that differs, as they were here and as they come. */
  readonly passages: readonly Passage[];
}

/** Both states are in the repository. `here`: the id of this home. */
export function arrivals(gitDir: string, before: Content, after: Content, here: string): Arrivals {
  const found = new Map<string, readonly string[]>();
  const passages: Passage[] = [];
  const names = SHARD_NAMES.filter((name) => shardOid(before, name) !== shardOid(after, name));
  const blobs = new Blobs(gitDir);
  blobs.read(names.flatMap((name) => [shardOid(before, name), shardOid(after, name)]));
  for (const name of names) {
    const [old, next] = [before, after].map((one) => parseShard(name, blobs.of(shardOid(one, name))));
    for (const [id, issue] of next?.byId ?? []) {
      const was = old?.byId.get(id);
      passages.push({ was, is: issue });
      const parts = runningParts(was, issue, here);
      const trouble = parts.length === 0 ? undefined : excess(issue);
      if (parts.length > 0) found.set(id, trouble === undefined ? parts : [...parts, trouble]);
    }
  }
  return { parts: found, passages };
}
