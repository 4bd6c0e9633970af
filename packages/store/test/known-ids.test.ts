/** Arguments that are a part of an id: answered from the list of ids as from the issues themselves, whatever became of that list. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Issue } from "../src/issue.ts";
import { gitSource } from "../src/load.ts";
import { close } from "../src/ops/close.ts";
import { remove } from "../src/ops/remove.ts";
import { byCodeUnit } from "../src/shard.ts";
import { Snapshot } from "../src/snapshot.ts";
import type { Resolved } from "../src/resolve.ts";
import { Store } from "../src/store.ts";
import { acting, add, addAll, issueOf, newStore, SPOILED_LINES } from "./support.ts";

const listOf = (store: Store): string => join(store.home, "run", "ids");

/** What every argument of one to three characters, and some others, means: by the list, and by the issues. One in `step` of them. */
function meanings(store: Store, step = 1): { readonly listed: unknown; readonly read: unknown } {
  const { derived } = new Store(store.home).snapshot();
  const source = gitSource(store.home, store.gitDir, derived);
  const by = (snapshot: Snapshot): unknown => asked.map((word) => [word, snapshot.resolve(word)]);
  const lines = new Snapshot(derived, source).lines();
  const ids = lines.flatMap(({ id, status }) => (status === "tombstone" ? [] : id));
  const words = new Set(["tt-", "TT-", "-", "", "nothing", ...ids, ...ids.map((id) => id.toUpperCase())]);
  for (const id of ids)
    for (let from = 0; from < id.length; from++)
      for (const length of [1, 2, 3]) words.add(id.slice(from, from + length));
  const asked = [...words].filter((_, at) => at % step === 0);
  const { shards, memories } = source;
  const meaningOf = meaningsAmong(lines);
  const read = asked.map((word) => [word, meaningOf(word)]);
  expect(by(new Snapshot(derived, { shards, memories }))).toEqual(read);
  return { listed: by(new Snapshot(derived, source)), read };
}

/** The id itself in any letters, with the prefix or without; of the beginning of one without dash or dot, the one issue that has it. */
function meaningsAmong(lines: readonly Issue[]): (word: string) => Resolved {
  const byId = new Map(lines.map((issue) => [issue.id.toLowerCase(), issue]));
  const begun = new Map<string, string[]>();
  for (const { id, status } of lines.toSorted((a, b) => byCodeUnit(a.id, b.id)))
    if (status !== "tombstone" && !id.includes("."))
      for (let end = "tt-".length + 1; end <= id.length; end++) {
        const beginning = id.slice("tt-".length, end);
        begun.set(beginning, [...(begun.get(beginning) ?? []), id]);
      }
  return (word) => {
    if (word === "") return { kind: "none" };
    const wanted = word.toLowerCase();
    const whole = wanted.startsWith("tt-") ? [wanted] : [wanted, `tt-${wanted}`];
    const named = whole.flatMap((one) => byId.get(one) ?? []);
    const there = named.find(({ status }) => status !== "tombstone");
    if (there !== undefined) return { kind: "one", id: there.id };
    const [gone] = named;
    if (gone !== undefined) return { kind: "deleted", id: gone.id };
    if (/[-.]/.test(word)) return { kind: "none" };
    const found = begun.get(wanted) ?? [];
    const [first, second] = found;
    if (first === undefined) return { kind: "none" };
    return second === undefined ? { kind: "one", id: first } : { kind: "several", ids: found };
  };
}

/** What asks for a part of an id leaves the list behind. */
function listed(store: Store): void {
  expect(new Store(store.home).snapshot().resolve("nothing")).toEqual({ kind: "none" });
  expect(existsSync(listOf(store))).toBe(true);
}

async function lived(): Promise<Store> {
  const store = await newStore();
  const issues = Array.from({ length: 300 }, (_, n) =>
    issueOf(
      n < 100 ? `tt-${n.toString(36)}` : `tt-${n % 12}.${n}`,
      n % 3 === 0 ? {} : { status: "closed", closed_at: "2026-03-01T12:00:00.000Z" },
    ),
  );
  await addAll(store, issues);
  return store;
}

test("a part of an id means what it means among all issues, before and after writes", async () => {
  const store = await lived();
  const first = meanings(store);
  expect(first.listed).toEqual(first.read);
  expect(existsSync(listOf(store))).toBe(true);
  const added = await add(store, { title: "new" });
  const act = acting();
  await store.transact(act, (s) => close(s, act, { id: added.id, reason: "done" }));
  await store.transact(act, (s) => remove(s, act, { id: "tt-5" }));
  const second = meanings(store);
  expect(second.listed).toEqual(second.read);
  expect(new Store(store.home).snapshot().resolve(added.id.slice(3))).toEqual({ kind: "one", id: added.id });
});

const spoiled: [string, (path: string) => void][] = [
  ...SPOILED_LINES,
  ["is no list", (path) => writeFileSync(path, "{}\n")],
];
test.each(spoiled)("the list %s", async (_what, spoil) => {
  const store = await lived();
  listed(store);
  spoil(listOf(store));
  const after = meanings(store, 8);
  expect(after.listed).toEqual(after.read);
});

test("a list that is current is not written again", async () => {
  const store = await lived();
  listed(store);
  const text = readFileSync(listOf(store), "utf8");
  // Its ids are believed as long as its objects are those of the tree.
  writeFileSync(listOf(store), text.replace(/\btt-1\b/, "tt-made-up"));
  expect(new Store(store.home).snapshot().resolve("MADE-UP")).toEqual({ kind: "one", id: "tt-made-up" });
});
