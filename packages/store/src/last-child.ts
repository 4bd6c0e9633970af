import { LAST_CHILD } from "./ids.ts";
import { rootId, shardOf } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";

/** The highest child number ever given out under this parent, 0 for none. Tombstones count, so numbers are not reused. */
export function lastChild(snapshot: Snapshot, parent: string): number {
  const shard = snapshot.shard(shardOf(rootId(parent)));
  const start = `${parent}.`.toLowerCase();
  let last = 0;
  for (const id of [...shard.byId.keys(), ...shard.problems.flatMap((problem) => problem.id ?? [])]) {
    if (!id.toLowerCase().startsWith(start)) continue;
    const number = /^\d+/.exec(id.slice(start.length))?.[0];
    // An id from elsewhere may end in any number of digits: one that nobody counts up to takes no other number away.
    if (Number(number) < LAST_CHILD) last = Math.max(last, Number(number));
  }
  return last;
}
