/**
 * Several operations as one: each is decided on the snapshot as the ones before it would leave it, and all are written
 * in one commit, or none is.
 */
import type { Act, Change, Decision } from "../decision.ts";
import { deriveFrom, deriveWhole } from "../derived.ts";
import { StoreError } from "../errors.ts";
import type { Issue } from "../issue.ts";
import { lostShard, type Shard, SHARD_NAMES, shardOf, withIssues } from "../shard.ts";
import { Snapshot } from "../snapshot.ts";

function shardOr(snapshot: Snapshot, name: string): Shard | StoreError {
  try {
    return snapshot.shard(name);
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

/** The snapshot as it would be with these issues written. */
export function withWritten(snapshot: Snapshot, issues: readonly Issue[]): Snapshot {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const name = shardOf(issue.id);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [issue]);
    else group.push(issue);
  }
  const changed = new Map([...groups].map(([name, group]) => [name, withIssues(snapshot.shard(name), group).shard]));
  const read = (name: string): Shard | StoreError => changed.get(name) ?? shardOr(snapshot, name);
  const { derived } = snapshot;
  const unchanged = (name: string): Shard | undefined => snapshot.readable(name);
  const whole = (): Shard[] =>
    SHARD_NAMES.map((name) => {
      const shard = read(name);
      return shard instanceof StoreError ? lostShard(name, shard.message) : shard;
    });
  return new Snapshot(deriveFrom(derived, derived, [...changed.values()], unchanged) ?? deriveWhole(derived, whole()), {
    shards: (names) => names.map(read),
    memories: () => snapshot.memoryLines(),
  });
}

/** One step: decides on the snapshot that the steps before it leave. */
export type Step<R> = (snapshot: Snapshot) => Decision<R>;

/** The steps in order, as one change; the results are theirs. A step that throws, and nothing is changed. */
export function inOrder<R>(
  snapshot: Snapshot,
  _act: Act,
  steps: readonly Step<R>[],
  said: Pick<Change, "event" | "subject" | "body">,
): Decision<readonly R[]> {
  const changed = new Map<string, Issue>();
  const results: R[] = [];
  let now = snapshot;
  for (const step of steps) {
    const decision = step(now);
    results.push(decision.result);
    const issues = decision.kind === "commit" ? (decision.issues ?? []) : [];
    if (issues.length === 0) continue;
    for (const issue of issues) changed.set(issue.id, issue);
    now = withWritten(now, issues);
  }
  if (changed.size === 0) return { kind: "none", result: results };
  return { kind: "commit", ...said, issues: [...changed.values()], result: results };
}
