/** Homes in memory for the merge tests: a state, the operations done to it as a writer does them, and merges of two. */
import { TreeBytes } from "../src/git/tree-bytes.ts";
import { deriveWhole } from "../src/derived.ts";
import type { Act, Change, Decision } from "../src/decision.ts";
import { mergeStates, type Merged, type State } from "../src/merge/merge.ts";
import { shardBytes } from "../src/merge/merge-shards.ts";
import { stamped } from "../src/merge/stamps.ts";
import { encodeMemories, parseMemories } from "../src/memories.ts";
import { emptyMeta, encodeMeta } from "../src/meta.ts";
import { parseShard, type Shard, shardOf, SHARD_NAMES, withIssues } from "../src/shard.ts";
import { Snapshot } from "../src/snapshot.ts";

/** A home's files: shards by name (empty ones left out), memories, meta. */
export interface Files {
  readonly shards: ReadonlyMap<string, string>;
  readonly memories: string;
  readonly meta: string;
}

export const EMPTY: Files = { shards: new Map(), memories: "", meta: encodeMeta(emptyMeta("tt")) };

const parsed = (files: Files): Map<string, Shard> =>
  new Map([...files.shards].map(([name, text]) => [name, parseShard(name, text)]));

function stateOf(files: Files): State {
  return { shards: parsed(files), memories: parseMemories(files.memories), meta: emptyMeta("tt") };
}

export function snapshotOf(files: Files): Snapshot {
  const shards = SHARD_NAMES.map((name) => parseShard(name, files.shards.get(name) ?? ""));
  const frame = { tip: "0".repeat(40), root: [], issues: TreeBytes.of([]), meta: emptyMeta("tt") };
  return new Snapshot(deriveWhole(frame, shards), {
    shards: (names) => names.flatMap((name) => shards.find((shard) => shard.name === name) ?? []),
    memories: () => files.memories,
  });
}

/** What a writer leaves: the change, with its stamps. */
function committed(files: Files, change: Change, act: Act): Files {
  const shards = new Map(files.shards);
  const snapshot = snapshotOf(files);
  for (const issue of change.issues ?? []) {
    const name = shardOf(issue.id);
    const next = stamped(snapshot.line(issue.id), issue, act.now);
    shards.set(name, withIssues(parseShard(name, shards.get(name) ?? ""), [next]).bytes.toString("utf8"));
  }
  const memories = change.memories === undefined ? files.memories : encodeMemories(change.memories);
  return { ...files, shards, memories };
}

export function done<R>(files: Files, act: Act, decide: (snapshot: Snapshot) => Decision<R>): Files {
  const decision = decide(snapshotOf(files));
  return decision.kind === "none" ? files : committed(files, decision, act);
}

export interface MergedFiles {
  readonly files: Files;
  readonly merged: Merged;
}

function mergedFiles(base: Files | undefined, ours: Files, theirs: Files): MergedFiles {
  const merged = mergeStates(base === undefined ? undefined : stateOf(base), stateOf(ours), stateOf(theirs), {
    issue: () => undefined,
    all: () => [],
  });
  const names = new Set([...(base?.shards.keys() ?? []), ...ours.shards.keys(), ...theirs.shards.keys()]);
  const shards = new Map<string, string>();
  for (const name of [...names].sort()) {
    const sides = [ours.shards.get(name), theirs.shards.get(name)].map((text) => Buffer.from(text ?? ""));
    shards.set(name, shardBytes(name, merged.shards, sides).toString("utf8"));
  }
  return { files: { shards, memories: encodeMemories(merged.memories), meta: encodeMeta(merged.meta) }, merged };
}

export const merge = (base: Files | undefined, ours: Files, theirs: Files): Files =>
  mergedFiles(base, ours, theirs).files;

/** The same text for the same state. */
export const text = (files: Files): string =>
  [
    ...[...files.shards]
      .filter(([, lines]) => lines !== "")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, lines]) => `${name}:\n${lines}`),
    files.memories,
    files.meta,
  ].join("\n");
