/** What issues wait for and this home does not have: known without reading a shard, and the same however it was derived. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { deriveFrom, deriveWhole } from "../src/derived.ts";
import { TreeBytes } from "../src/git/tree-bytes.ts";
import { Graph } from "../src/graph.ts";
import type { Issue } from "../src/issue.ts";
import { emptyMeta } from "../src/meta.ts";
import { removeEdge } from "../src/ops/edges.ts";
import { withWritten } from "../src/ops/overlay.ts";
import { parseShard, type Shard, SHARD_NAMES, shardOf } from "../src/shard.ts";
import { Store } from "../src/store.ts";
import { acting, addAll, edge, inMemory, issueOf, newStore, NOON, plain } from "./support.ts";
import { runs } from "../../kit/test/runs.ts";

const waiting = (id: string, to: string, type = "blocks"): Issue => issueOf(id, { dependencies: [edge(id, to, type)] });
const frame = { tip: "0".repeat(40), root: [], issues: TreeBytes.of([]), meta: emptyMeta("tt") };
const isReady = (store: Store, id: string): boolean => {
  const snapshot = store.snapshot();
  const issue = snapshot.issue(id);
  return issue !== undefined && new Graph(snapshot).isReady(issue, { now: NOON });
};

test("the hold ends when the missing issue arrives, even closed or deleted, and not while it is open", async () => {
  for (const [status, ready] of [
    ["open", false],
    ["closed", true],
    ["tombstone", true],
  ] as const) {
    const store = await newStore();
    await addAll(store, [waiting("tt-x", "zz-9")]);
    expect(new Graph(store.snapshot()).holds(issueOrFail(store, "tt-x"))).toEqual([{ kind: "missing", ids: ["zz-9"] }]);
    expect(isReady(store, "tt-x")).toBe(false);
    await addAll(store, [issueOf("zz-9", { status })]);
    expect(new Graph(store.snapshot()).holds(issueOrFail(store, "tt-x"))).toEqual([]);
    expect(isReady(store, "tt-x")).toBe(ready);
    // And as another process reads it, from the cache and without.
    expect(isReady(new Store(store.home), "tt-x")).toBe(ready);
  }
});

function issueOrFail(store: Store, id: string): Issue {
  const issue = store.snapshot().issue(id);
  if (issue === undefined) throw new Error(`no ${id}`);
  return issue;
}

test("dep remove takes an edge to what is not there, by its whole id or without the prefix, and never another one", () => {
  const snapshot = inMemory([
    issueOf("tt-x", { dependencies: [edge("tt-x", "abc"), edge("tt-x", "tt-gone"), edge("tt-x", "zz-9")] }),
    issueOf("tt-abc"),
  ]);
  const left = (to: string): string[] => {
    const decision = removeEdge(snapshot, acting(), { from: "tt-x", to });
    const [next] = decision.kind === "commit" ? (decision.issues ?? []) : [];
    return (next?.dependencies ?? []).map((one) => one.depends_on_id);
  };
  expect(left("abc")).toEqual(["tt-gone", "zz-9"]);
  expect(left("tt-gone")).toEqual(["abc", "zz-9"]);
  expect(left("gone")).toEqual(["abc", "zz-9"]);
  expect(left("zz-9")).toEqual(["abc", "tt-gone"]);
  expect(() => left("zz-8")).toThrow(/no issue found/);
});

test("a hold on the line that this fleet does not know keeps the issue from being started, and blocks nothing else", () => {
  const metadata = { fleet: { holds: [{ kind: "of-a-later-fleet" }] } };
  const snapshot = inMemory([issueOf("tt-x", { metadata }), issueOf("tt-y")]);
  const graph = new Graph(snapshot);
  expect(graph.ready({ now: NOON }).map(({ id }) => id)).toEqual(["tt-y"]);
  expect(graph.readyBriefs({ now: NOON }).map(({ id }) => id)).toEqual(["tt-y"]);
  expect(graph.held().map(({ id }) => id)).toEqual(["tt-x"]);
});

test("a hold about a dropped row is in force while the edge is there and its target is not live", () => {
  const metadata = { fleet: { holds: [{ kind: "dropped", ids: ["tt-a"] }] } };
  const x = issueOf("tt-x", { metadata, dependencies: [edge("tt-x", "tt-a")] });
  const ready = (...issues: readonly Issue[]): boolean =>
    new Graph(inMemory([...issues])).ready({ now: NOON }).some(({ id }) => id === "tt-x");
  expect(ready(x, issueOf("tt-a", { status: "closed" }))).toBe(false);
  expect(ready(x, issueOf("tt-a", { status: "tombstone" }))).toBe(false);
  expect(ready({ ...x, dependencies: [] }, issueOf("tt-a", { status: "closed" }))).toBe(true);
  const snapshot = inMemory([x, issueOf("tt-a", { status: "closed" })]);
  const removed = removeEdge(snapshot, acting(), { from: "tt-x", to: "tt-a" });
  const after = withWritten(snapshot, removed.kind === "commit" ? (removed.issues ?? []) : []);
  expect(after.issue("tt-x")?.metadata).toBeUndefined();
});

/** A line put, or taken out as a hand edit might. */
const change = fc.record({
  id: fc.nat(11),
  to: fc.nat(15),
  status: fc.constantFrom("open", "open", "closed", "tombstone", undefined),
  type: fc.constantFrom("blocks", "waits-for", "parent-child", "related"),
});

test("what is missing is the same from an older state and the shards that changed as from all of them", () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (rounds) => {
      const lines = new Map<string, Issue>();
      const shard = (name: string): Shard =>
        parseShard(
          name,
          [...lines.values()].flatMap((one) => (shardOf(one.id) === name ? `${JSON.stringify(one)}\n` : [])).join(""),
        );
      let derived = deriveWhole(frame, SHARD_NAMES.map(shard));
      for (const round of rounds) {
        const names = new Set<string>();
        for (const { id, to, status, type } of round) {
          const name = `tt-${id}`;
          names.add(shardOf(name));
          if (status === undefined) lines.delete(name);
          else lines.set(name, { ...waiting(name, `tt-${to}`, type), status });
        }
        const whole = deriveWhole(frame, SHARD_NAMES.map(shard));
        const changed = [...names].map(shard);
        derived = deriveFrom(derived, frame, changed, shard) ?? whole;
        expect(plain(derived)).toEqual(plain(whole));
      }
    }),
    { numRuns: runs(15, 150) },
  );
});
