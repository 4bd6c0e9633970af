/** From git to a snapshot's derived frame: whole, or from an older one by the shards whose objects differ. */
import { type Derived, deriveFrom, deriveWhole, type Frame } from "./derived.ts";
import { StoreError } from "./errors.ts";
import { gitOn } from "./git/hint.ts";
import { readObjects, tryReadObjects } from "./git/objects.ts";
import { parseTree, type TreeEntry } from "./git/tree.ts";
import { TreeBytes } from "./git/tree-bytes.ts";
import { closedParts } from "./closed-parts.ts";
import { knownIds } from "./known-ids.ts";
import { memoryLines } from "./memory-lines.ts";
import { decodeMeta } from "./meta.ts";
import { lostShard, parseShard, parseSound, SHARD_NAMES, type Shard } from "./shard.ts";
import type { Wanted } from "./shard-lines.ts";
import type { Source } from "./snapshot.ts";

const ISSUES = "issues";
const fileOf = (name: string): string => `${name}.jsonl`;

function oidOf(entries: readonly TreeEntry[], name: string): string | undefined {
  return entries.find((entry) => entry.name === name)?.oid;
}

function lost(name: string, error: StoreError): Shard {
  return lostShard(name, `${error.message}; its issues are unknown until it is fixed: ${error.mend ?? ""}`);
}

/** What git calls a file without content: most shards of a home with few issues. It need not be read. */
const EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

/** `isSound`: nothing was wrong in this shard, as `issues` has it. */
function readShards(
  gitDir: string,
  issues: TreeBytes,
  names: readonly string[],
  isSound: (name: string) => boolean = () => false,
): (Shard | StoreError)[] {
  const oids = issues.oids(names.map(fileOf)).map((oid) => (oid === EMPTY ? undefined : oid));
  const wanted = oids.filter((oid) => oid !== undefined);
  const read = tryReadObjects(gitDir, wanted);
  let at = 0;
  return names.map((name, index) => {
    if (oids[index] === undefined) return parseShard(name, "");
    const bytes = read[at++];
    if (bytes === undefined || bytes instanceof StoreError)
      return bytes ?? new StoreError("unreadable", `issues/${fileOf(name)} was not read`);
    return isSound(name) ? parseSound(name, bytes) : parseShard(name, bytes);
  });
}

/** Reads what stands behind a frame. */
export function gitSource(home: string, gitDir: string, frame: Pick<Derived, "root" | "issues" | "parts">): Source {
  const read = (names: readonly string[]): (Shard | StoreError)[] => readShards(gitDir, frame.issues, names, isSound);
  const isSound = (name: string): boolean => frame.parts[name]?.problems.length === 0;
  const readable = (names: readonly string[]): (Shard | undefined)[] =>
    read(names).map((shard) => (shard instanceof StoreError ? undefined : shard));
  const wanted = (names: readonly string[]): Wanted[] => {
    const oids = frame.issues.oids(names.map(fileOf));
    return names.flatMap((name, at) => {
      const oid = oids[at];
      return oid === undefined ? [] : { name, oid };
    });
  };
  return {
    shards: read,
    ids: (names) => knownIds(home, wanted(names), readable),
    closed: (names) => closedParts(home, wanted(names), readable),
    gitDir,
    memories: (): string => {
      const oid = oidOf(frame.root, "memories.jsonl");
      if (oid === undefined) return "";
      return memoryLines(home, oid, () => readObjects(gitDir, [oid])[0]?.toString("utf8") ?? "");
    },
  };
}

function readFrame(home: string, gitDir: string, tip: string, old: Derived | undefined): Frame {
  const [commit] = readObjects(gitDir, [tip]);
  const tree = /^tree ([0-9a-f]{40})$/m.exec(commit?.toString("latin1") ?? "")?.[1];
  if (tree === undefined) throw new StoreError("unreadable", `${tip} is not a commit`, { where: gitDir });
  const [rootBytes] = readObjects(gitDir, [tree]);
  const root = parseTree(rootBytes ?? Buffer.alloc(0));
  const issuesOid = oidOf(root, ISSUES);
  const metaOid = oidOf(root, "meta.json");
  if (metaOid === undefined) {
    throw new StoreError("home", `commit ${tip.slice(0, 10)} has no meta.json: this is not a fleet's history`, {
      where: gitDir,
      mend: `${gitOn(gitDir)} log  # then move the branch back: ${gitOn(gitDir)} update-ref refs/heads/main COMMIT`,
    });
  }
  const sameMeta = old !== undefined && oidOf(old.root, "meta.json") === metaOid;
  const names = [...(issuesOid === undefined ? [] : [issuesOid]), ...(sameMeta ? [] : [metaOid])];
  const bytes = readObjects(gitDir, names);
  const issues = TreeBytes.from((issuesOid === undefined ? undefined : bytes[0]) ?? Buffer.alloc(0));
  const meta = sameMeta ? old.meta : decodeMeta(bytes.at(-1)?.toString("utf8") ?? "", home);
  return { tip, root, issues, meta };
}

/** What is derived from the commit `tip`. `old` makes it cheap: only what differs from it is read. */
export function load(home: string, gitDir: string, tip: string, old: Derived | undefined): Derived {
  const frame = readFrame(home, gitDir, tip, old);
  if (old !== undefined) {
    const files = SHARD_NAMES.map(fileOf);
    const [before, after] = [old.issues.oids(files), frame.issues.oids(files)];
    const names = SHARD_NAMES.filter((name, at) => before[at] !== after[at] || old.parts[name]?.lost === true);
    // Past this, one read of everything costs no more than the comparison.
    if (names.length < 64) {
      const changed = readShards(gitDir, frame.issues, names).map((shard, i) =>
        shard instanceof StoreError ? lost(names[i] ?? "", shard) : shard,
      );
      const derived = deriveFrom(old, frame, changed, (name) => readShard(gitDir, frame.issues, name));
      if (derived !== undefined) return derived;
    }
  }
  const shards = readShards(gitDir, frame.issues, SHARD_NAMES);
  return deriveWhole(
    frame,
    shards.map((shard, i) => (shard instanceof StoreError ? lost(SHARD_NAMES[i] ?? "", shard) : shard)),
  );
}

function readShard(gitDir: string, issues: TreeBytes, name: string): Shard | undefined {
  const [shard] = readShards(gitDir, issues, [name]);
  return shard instanceof StoreError ? undefined : shard;
}
