/** What a sync is about to bring: the issues by which something could run that this home did not have before. */
import { liveDependents } from "../dependents.ts";
import { parentOf } from "../graph.ts";
import { isLive, type Issue } from "../issue.ts";
import { excess, runningParts } from "../outside.ts";
import { parseShard, SHARD_NAMES } from "../shard.ts";
import type { Snapshot } from "../snapshot.ts";
import { BLOCKING, PARENT } from "../status.ts";
import { Blobs, type Content, shardOid } from "./contents.ts";

export interface Arrivals {
  /** The parts that came, by the id of their issue. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
  /** Issues that were closed or deleted there, as they were here. */
  readonly ended: readonly Issue[];
}

/** Both states are in the repository. `here`: the id of this home. */
export function arrivals(gitDir: string, before: Content, after: Content, here: string): Arrivals {
  const found = new Map<string, readonly string[]>();
  const ended: Issue[] = [];
  const names = SHARD_NAMES.filter((name) => shardOid(before, name) !== shardOid(after, name));
  const blobs = new Blobs(gitDir);
  blobs.read(names.flatMap((name) => [shardOid(before, name), shardOid(after, name)]));
  for (const name of names) {
    const [old, next] = [before, after].map((one) => parseShard(name, blobs.of(shardOid(one, name))));
    for (const [id, issue] of next?.byId ?? []) {
      const was = old?.byId.get(id);
      if (was !== undefined && isLive(was) && !isLive(issue)) ended.push(was);
      const parts = runningParts(was, issue, here);
      const trouble = parts.length === 0 ? undefined : excess(issue);
      if (parts.length > 0) found.set(id, trouble === undefined ? parts : [...parts, trouble]);
    }
  }
  return { parts: found, ended };
}

const WAITS = new Set([...BLOCKING, "waits-for"]);

/** What waited for these here, with all that is below it, by the id of what it waited for: their end would start it. */
export function freed(snapshot: Snapshot, ended: readonly Issue[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const issue of ended) {
    const waiting = liveDependents(snapshot, issue.id).filter(({ type }) => WAITS.has(type));
    const parent = parentOf(issue);
    // The end of a child may be what an issue waits for that waits for its parent's children.
    const byParent =
      parent === undefined ? [] : liveDependents(snapshot, parent).filter(({ type }) => type === "waits-for");
    const open = [...waiting, ...byParent].map((one) => one.issue.id);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.set(id, issue.id);
      open.push(...liveDependents(snapshot, id).flatMap((one) => (one.type === PARENT ? [one.issue.id] : [])));
    }
  }
  return found;
}
