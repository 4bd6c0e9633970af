/** The cache that a write leaves, most of it copied from the one before, reads as one that is made anew. */
import { rmSync } from "node:fs";
import { expect, test } from "vitest";

import { cachePath, readCache } from "../src/cache.ts";
import type { Derived } from "../src/derived.ts";
import { close, reopen } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { remove } from "../src/ops/remove.ts";
import { Store } from "../src/store.ts";
import { acting, add, newStore } from "./support.ts";

function shown({ parts, issues, ...frame }: Derived): unknown {
  const of = Object.entries(parts).map(([name, { live, briefs, closed, ...head }]) => [
    name,
    { ...head, live: live.values, briefs: briefs.values, closed: closed?.values },
  ]);
  return { ...frame, issues: issues.base64, parts: Object.fromEntries(of) };
}

function read(home: string): unknown {
  const derived = readCache(home);
  expect(derived).toBeDefined();
  return derived === undefined ? undefined : shown(derived);
}

test("what did not change is copied, what did stands beside it, and all of it is read", async () => {
  const { home } = await newStore();
  const ids: string[] = [];
  for (let n = 0; n < 30; n++) ids.push((await add(new Store(home), { title: `task ${n} · ü` })).id);
  const at = (n: number): string => ids[n] ?? "";
  const steps: ((store: Store) => Promise<unknown>)[] = [
    (store) => store.transact(acting(), (s) => comment(s, acting(), { id: at(0), text: "a word" })),
    (store) => store.transact(acting(), (s) => close(s, acting(), { id: at(7), reason: "done" })),
    (store) => store.transact(acting(), (s) => close(s, acting(), { id: at(29), reason: "done" })),
    (store) => store.transact(acting(), (s) => reopen(s, acting(), { id: at(7) })),
    (store) => store.transact(acting(), (s) => remove(s, acting(), { id: at(12) })),
    (store) => add(store, { title: "one more" }),
  ];
  for (const step of steps) {
    // As commands do: each reads the cache of the one before.
    await step(new Store(home));
    const left = read(home);
    rmSync(cachePath(home));
    new Store(home).snapshot();
    expect(left).toEqual(read(home));
    await step(new Store(home)).catch(() => undefined);
  }
});
