/** The merge of one file, for git's merge driver in a clone: what it sees is this file alone, so nothing is mended across files. */
import { encodeMemories, parseMemories } from "../memories.ts";
import { emptyMeta } from "../meta.ts";
import { parseShard, shardOf, SHARD_NAMES, type Shard } from "../shard.ts";
import { decodeIssue } from "../issue.ts";
import { mergeStates, noteLine, type State } from "./merge.ts";
import { shardBytes } from "./merge-shards.ts";

export interface MergedFile {
  readonly bytes: Buffer;
  /** What is worth saying, one line each. */
  readonly said: readonly string[];
}

type Versions = readonly [base: Buffer, ours: Buffer, theirs: Buffer];

/** Which shard it is: by its path, else by the first issue in it. */
function shardName(path: string | undefined, versions: Versions): string | undefined {
  const named = /(?:^|\/)([0-9a-f]{2})\.jsonl$/.exec(path ?? "")?.[1];
  if (named !== undefined || path !== undefined) return SHARD_NAMES.find((name) => name === named);
  for (const line of versions.flatMap((version) => version.toString("utf8").split("\n"))) {
    const decoded = line.trim() === "" ? undefined : decodeIssue(line);
    if (decoded !== undefined && "issue" in decoded) return shardOf(decoded.issue.id);
  }
  return undefined;
}

/** Undefined for a file that has no merge of ours. */
export function mergeFile(path: string | undefined, versions: Versions): MergedFile | undefined {
  const name = shardName(path, versions);
  const isMemories = path !== undefined && /(?:^|\/)memories\.jsonl$/.test(path);
  if (name === undefined && !isMemories) return undefined;
  const shards = (bytes: Buffer): ReadonlyMap<string, Shard> =>
    new Map(name === undefined ? [] : [[name, parseShard(name, bytes)]]);
  const state = (bytes: Buffer): State => ({
    shards: shards(bytes),
    memories: parseMemories(isMemories ? bytes.toString("utf8") : ""),
    meta: emptyMeta("fleet"),
  });
  const [base, ours, theirs] = versions;
  const merged = mergeStates(state(base), state(ours), state(theirs), { issue: () => undefined, all: () => [] });
  const bytes =
    name === undefined ? Buffer.from(encodeMemories(merged.memories)) : shardBytes(name, merged.shards, [ours, theirs]);
  return { bytes, said: merged.notes.map(noteLine) };
}
