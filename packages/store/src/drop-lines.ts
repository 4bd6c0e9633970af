/** Takes lines out of a shard that are no issues: for mending, which has put their contents elsewhere. */
import type { Shard } from "./shard.ts";

/** The shard without these lines; only such as are no issues are taken out. `withIssues` judges the rest anew. */
export function without(shard: Shard, lines: ReadonlySet<string>): Shard {
  const entries = shard.entries.filter(
    ({ issue, raw }) => issue !== undefined || typeof raw !== "string" || !lines.has(raw),
  );
  return { ...shard, entries };
}
