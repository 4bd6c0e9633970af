/** From a decided change to the objects of one commit. Nothing is written here. */
import { author, type Act, type Change, message } from "./decision.ts";
import type { Derived, Frame } from "./derived.ts";
import { without } from "./drop-lines.ts";
import { takenIn } from "./intake.ts";
import { type NewObject, newObject } from "./git/new-object.ts";
import { encodeCommit, encodeTree, type TreeEntry, withEntry } from "./git/tree.ts";
import { COMMITTER } from "./home.ts";
import type { Issue } from "./issue.ts";
import { stamped } from "./merge/stamps.ts";
import { encodeMemories } from "./memories.ts";
import { encodeMeta } from "./meta.ts";
import { shardOf, type Shard, withIssues } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Prepared {
  /** The commit itself is the last. */
  readonly objects: readonly NewObject[];
  readonly commit: string;
  readonly frame: Frame;
  /** The shards as they will stand, for the cache. */
  readonly shards: readonly Shard[];
}

const blobEntry = (name: string, object: NewObject): TreeEntry => ({ mode: "100644", name, oid: object.oid });

function byShard(issues: readonly Issue[]): Map<string, Issue[]> {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const name = shardOf(issue.id);
    groups.set(name, [...(groups.get(name) ?? []), issue]);
  }
  return groups;
}

export function prepare(snapshot: Snapshot, change: Change, act: Act): Prepared {
  const objects: NewObject[] = [];
  const put = (object: NewObject): NewObject => {
    objects.push(object);
    return object;
  };
  const old: Derived = snapshot.derived;
  let { root, issues } = old;
  const shards: Shard[] = [];
  const groups = byShard(change.issues ?? []);
  for (const name of change.dropped?.keys() ?? []) if (!groups.has(name)) groups.set(name, []);
  for (const [name, changed] of groups) {
    const dropped = change.dropped?.get(name);
    const whole = snapshot.shard(name);
    const before = dropped === undefined ? whole : without(whole, dropped);
    // For the merge of two homes: when each field was last edited.
    const dated = changed.map((issue) => {
      const old = before.byId.get(issue.id);
      return stamped(old, takenIn(old, issue), act.now);
    });
    const { shard, bytes } = withIssues(before, dated);
    shards.push(shard);
    issues = issues.with(blobEntry(`${name}.jsonl`, put(newObject("blob", bytes))));
  }
  if (shards.length > 0) {
    const tree = put(newObject("tree", issues.bytes));
    root = withEntry(root, { mode: "40000", name: "issues", oid: tree.oid });
  }
  const files: Record<string, string> = { ...change.files };
  if (change.memories !== undefined) files["memories.jsonl"] = encodeMemories(change.memories);
  if (change.meta !== undefined) files["meta.json"] = encodeMeta(change.meta);
  for (const [name, text] of Object.entries(files))
    root = withEntry(root, blobEntry(name, put(newObject("blob", Buffer.from(text)))));
  const tree = put(newObject("tree", encodeTree(root)));
  const commit = newObject(
    "commit",
    encodeCommit({
      tree: tree.oid,
      parents: [old.tip],
      author: author(act),
      committer: COMMITTER,
      seconds: Math.floor(act.now / 1000),
      message: message(change),
    }),
  );
  put(commit);
  return {
    objects,
    commit: commit.oid,
    frame: { tip: commit.oid, root, issues, meta: change.meta ?? old.meta },
    shards,
  };
}
