/** What is kept of closed issues says what they say themselves, whatever became of the file. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { GROUPS, type Group, isListed, PLACES, tally, tallyOf } from "../src/closed-parts.ts";
import { byPriority } from "../src/graph.ts";
import type { Issue } from "../src/issue.ts";
import { close } from "../src/ops/close.ts";
import { remove } from "../src/ops/remove.ts";
import { byCodeUnit } from "../src/shard.ts";
import { Store } from "../src/store.ts";
import { acting, add, addAll, issueOf, newStore, SPOILED_LINES } from "./support.ts";

const listOf = (store: Store): string => join(store.home, "run", "closed");
const names = Object.keys(GROUPS).filter((name): name is Group => name in GROUPS);

/** By what is kept, and by the issues: the counts of each group, and the first 20 of all that are listed. */
function said(store: Store): { readonly kept: unknown; readonly read: unknown } {
  const snapshot = new Store(store.home).snapshot();
  const closed = new Store(store.home)
    .snapshot()
    .all()
    .filter(({ status }) => status === "closed");
  const sorted = (counts: ReadonlyMap<string | null, number>): unknown =>
    [...counts].toSorted(([a], [b]) => byCodeUnit(a ?? "", b ?? ""));
  const firstOf = (places: readonly { readonly id: string }[]): string[] => places.slice(0, 20).map(({ id }) => id);
  return {
    kept: {
      counts: names.map((name) => sorted(tallyOf(snapshot.closedParts(), name))),
      first: firstOf(
        snapshot
          .closedParts()
          .flatMap(({ first }) => first)
          .toSorted(byPriority),
      ),
    },
    read: {
      counts: names.map((name) => sorted(tally(closed, name))),
      first: firstOf(closed.filter(isListed).toSorted(byPriority)),
    },
  };
}

function same(store: Store): void {
  const { kept, read } = said(store);
  expect(kept).toEqual(read);
}

const kinds: readonly Partial<Issue>[] = [
  {},
  { labels: ["ui"], assignee: "ann" },
  { labels: ["ui", "api"], priority: 0 },
  { issue_type: "bug", assignee: "bob", priority: 4 },
  { issue_type: "message" },
  { is_template: true, labels: ["t"] },
];

async function lived(): Promise<Store> {
  const store = await newStore();
  const issues = Array.from({ length: 300 }, (_, n) =>
    // Children are in the shard of the one at the top: some shards have more closed ones than are at hand, most have few.
    issueOf(n < 100 ? `tt-${n.toString(36)}` : `tt-${n % 12}.${n}`, {
      ...kinds[n % kinds.length],
      created_at: new Date(Date.UTC(2026, 1, 1) + (n % 7) * 60_000).toISOString(),
      ...(n % 5 === 0 ? {} : { status: "closed", closed_at: "2026-03-01T12:00:00.000Z" }),
    }),
  );
  await addAll(store, issues);
  return store;
}

test("counts and the first of all, before and after writes", async () => {
  const store = await lived();
  same(store);
  expect(existsSync(listOf(store))).toBe(true);
  const added = await add(store, { title: "new", labels: ["fresh"] });
  const act = acting();
  await store.transact(act, (s) => close(s, act, { id: added.id, reason: "done" }));
  await store.transact(act, (s) => remove(s, act, { id: "tt-7" }));
  same(store);
  expect(tallyOf(new Store(store.home).snapshot().closedParts(), "label").get("fresh")).toBe(1);
});

test("of a shard with more than are kept the first are", async () => {
  const store = await newStore();
  // Children are in the shard of the one at the top.
  const issues = fc
    .sample(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 90 })), 3 * PLACES)
    .map(([priority, minute], n) =>
      issueOf(n === 0 ? "tt-a" : `tt-a.${n}`, {
        priority,
        created_at: new Date(Date.UTC(2026, 1, 1) + minute * 60_000).toISOString(),
        status: "closed",
        closed_at: "2026-03-01T12:00:00.000Z",
      }),
    );
  await addAll(store, issues);
  expect(store.snapshot().closedParts().at(-1)?.first).toHaveLength(PLACES);
  same(store);
});

const spoiled: [string, (path: string) => void][] = [
  ...SPOILED_LINES,
  ["holds no JSON", (path) => writeFileSync(path, readFileSync(path, "utf8").replaceAll("{", "("))],
  ["holds other JSON", (path) => writeFileSync(path, readFileSync(path, "utf8").replaceAll(/\{.*/g, "[1]"))],
];
test.each(spoiled)("the file %s", async (_what, spoil) => {
  const store = await lived();
  same(store);
  spoil(listOf(store));
  same(store);
});

test("a shard that can't be read is left out, as it is of all issues, and asked for again", async () => {
  const store = await lived();
  const before = said(store).kept;
  const [first] = Object.entries(store.snapshot().derived.parts).find(([, part]) => part.sum.closed > 0) ?? [];
  const lost = store.snapshot().derived.issues.oid(`${first}.jsonl`) ?? "";
  const path = join(store.gitDir, "objects", lost.slice(0, 2), lost.slice(2));
  const bytes = readFileSync(path);
  rmSync(path);
  rmSync(listOf(store));
  same(store);
  writeFileSync(path, bytes);
  expect(said(store).kept).toEqual(before);
});
