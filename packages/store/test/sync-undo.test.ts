/** undo: the last mutation taken back by a new commit, also for a home that was synced. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Act, Decision } from "../src/decision.ts";
import { StoreError } from "../src/errors.ts";
import { lastMutation } from "../src/last-mutation.ts";
import { answer } from "../src/ops/answer.ts";
import { ask } from "../src/ops/ask.ts";
import { claim } from "../src/ops/claim.ts";
import { close } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { addEdge, removeEdge } from "../src/ops/edges.ts";
import { remember, setConfig } from "../src/ops/memory.ts";
import { remove } from "../src/ops/remove.ts";
import { type Disposition, retry, settle } from "../src/ops/settle.ts";
import { undo, type Undone } from "../src/ops/undo.ts";
import { update } from "../src/ops/update.ts";
import { shardOf } from "../src/shard.ts";
import type { Snapshot } from "../src/snapshot.ts";
import { Store } from "../src/store.ts";
import { sync } from "../src/sync.ts";
import { memoriesOf } from "../src/memories.ts";
import { acting, add, attempt, cloneOf, git, newStore, NOON, personal, tempDir } from "./support.ts";

async function back(store: Store, act = acting({ now: NOON + 9_000 })): Promise<Undone> {
  return await store.transact(act, (snapshot) => undo(snapshot, act, lastMutation(store.gitDir, snapshot.tip)));
}

/** All that a person can see, without the times at which something was edited. */
function seen(store: Store): unknown {
  const snapshot = new Store(store.home).snapshot();
  const issues = snapshot.all().map(({ updated_at: _updated, metadata: _metadata, ...rest }) => rest);
  return { issues, memories: [...memoriesOf(snapshot).values], config: snapshot.meta.config };
}

const MUTATIONS: readonly (readonly [name: string, decide: (s: Snapshot, act: Act) => Decision<unknown>])[] = [
  ["update", (s, act) => update(s, act, { id: "tt-a", title: "other", addLabels: ["x"], setMetadata: { k: "v" } })],
  ["close", (s, act) => close(s, act, { id: "tt-a", reason: "done" })],
  ["claim by a person", (s, act) => claim(s, act, { id: "tt-a" })],
  ["comment", (s, act) => comment(s, act, { id: "tt-a", text: "hm" })],
  ["dep", (s, act) => addEdge(s, act, { from: "tt-a", to: "tt-b", type: "blocks" })],
  ["delete, with what it rewrote", (s, act) => remove(s, act, { id: "tt-b" })],
  [
    "create",
    (s, act) =>
      create(s, act, {
        id: "tt-n",
        title: "n",
        type: "task",
        priority: 1,
        edges: [{ to: "tt-a", type: "blocks", reversed: true }],
      }),
  ],
  ["remember", (s, act) => remember(s, act, { key: "k", value: "v" })],
  ["setting", (s, act) => setConfig(s, act, "status.custom", "x:wip")],
];

for (const [name, decide] of MUTATIONS) {
  test(`${name} is undone, and the undoing too`, async () => {
    const store = await newStore();
    await add(store, { title: "a, see tt-b", id: "tt-a", labels: ["l"] });
    await add(store, { title: "b", id: "tt-b", edges: [{ to: "tt-a", type: "related" }] });
    const before = seen(store);
    const act = acting({ now: NOON + 5_000 });
    await store.transact(act, (s) => decide(s, act));
    const after = seen(store);
    expect(after).not.toEqual(before);
    const done = store.tip();
    expect(await back(store)).toMatchObject({ commit: done });
    expect(seen(store)).toEqual(before);
    expect(git("/", `--git-dir=${store.gitDir}`, "log", "-1", "--format=%s %b")).toMatch(
      new RegExp(`^undo.*Fleet-Undoes: ${done}`, "s"),
    );
    await back(store);
    expect(seen(store)).toEqual(after);
    expect(store.snapshot().derived).toEqual(new Store(store.home).snapshot().derived);
  });
}

test("an undo that is undone is a redo, and so on: the subject names the change once, the trailers what was taken back", async () => {
  const store = await newStore();
  const of = (format: string): string =>
    git("/", `--git-dir=${store.gitDir}`, "log", "-1", `--format=${format}`).trim();
  // A title that itself looks like an undo, and one that is cut.
  for (const title of ["undo tt-z: why not", "long ".repeat(40)]) {
    const { id } = await add(store, { title });
    const act = acting();
    await store.transact(act, (s) => close(s, act, { id, reason: "done" }));
    const change = of("%s");
    const short = (subject: string): string => (subject.length > 100 ? `${subject.slice(0, 99)}…` : subject);
    for (const event of ["undo", "redo", "undo", "redo"]) {
      const [tip, subject] = [store.tip(), of("%s")];
      expect(await back(store)).toMatchObject({ commit: tip, subject, event });
      expect(of("%s")).toBe(short(`${event} ${id}: ${change}`));
      expect(of("%(trailers:only)")).toBe(`Fleet-Event: ${event}\nFleet-Task: ${id}\nFleet-Undoes: ${tip}`);
    }
  }
  // Of several tasks: no id in front.
  await add(store, { title: "x", id: "tt-x" });
  await add(store, { title: "y, see tt-x", id: "tt-y", edges: [{ to: "tt-x", type: "related" }] });
  const act = acting();
  await store.transact(act, (s) => remove(s, act, { id: "tt-x" }));
  const change = of("%s");
  for (const event of ["undo", "redo"]) {
    await back(store);
    expect(of("%s")).toBe(`${event}: ${change}`);
  }
});

test("a commit by hand whose subject looks like an undo is undone, not redone", async () => {
  const store = await newStore();
  const { id } = await add(store, { title: "x" });
  const clone = cloneOf(store);
  const path = join(clone, `issues/${shardOf(id)}.jsonl`);
  writeFileSync(path, readFileSync(path, "utf8").replace('"title":"x"', '"title":"y"'));
  git(clone, "commit", "--quiet", "-am", "undo tt-x: by hand\n\nFleet-Event: undo\n\nas it was");
  git(clone, "push", "--quiet");
  expect(await back(store)).toMatchObject({ event: "undo", change: "undo tt-x: by hand" });
  expect(store.snapshot().issue(id)?.title).toBe("x");
});

test("what an attempt did, a merge, the making of the home and a file are not undone, each saying why", async () => {
  const store = await newStore();
  await expect(back(store)).rejects.toThrow(/it made the home/);
  await add(store, { title: "a", id: "tt-a" });
  const act = acting();
  await store.transact(act, (s) => claim(s, act, { id: "tt-a", attempt: attempt(1) }));
  await expect(back(store)).rejects.toThrow(/an attempt on tt-a is part of it/);
  await store.transact(act, () => ({
    kind: "commit",
    event: "config",
    subject: "x",
    files: { "config.yaml": "a: 1\n" },
    result: 0,
  }));
  await expect(back(store)).rejects.toThrow(/it changed config.yaml/);
  const other = await newStore();
  await add(other, { title: "theirs" });
  await sync(store, act, { remote: other.home });
  await expect(back(store)).rejects.toThrow(/it merged two homes/);
  await add(store, { title: "z" });
  const inside = acting({ inside: { task: "tt-a", uuid: "u" } });
  await expect(back(store, inside)).rejects.toThrow(/an attempt may not undo/);
});

test("what an attempt did is not undone: the hint is what helps now, a question's answer first", async () => {
  const store = await newStore("tt", join(tempDir(), "Ann's home"));
  const hint = async (): Promise<string | undefined> => {
    const error: unknown = await back(store, acting()).catch((caught: unknown) => caught);
    return error instanceof StoreError ? error.mend : "not refused";
  };
  const ends = async (n: number, disposition: Disposition): Promise<void> => {
    const act = acting();
    const how = { outcome: "o", reason: "r", counted: false, disposition };
    await store.transact(act, (s) => settle(s, act, { id: "tt-a", attempt: attempt(n), actor: "claude/7f3a", ...how }));
  };
  const claims = async (n: number): Promise<Act> => {
    const act = acting({ actor: "claude/7f3a" });
    await store.transact(act, (s) => claim(s, act, { id: "tt-a", attempt: attempt(n) }));
    return { ...act, inside: { task: "tt-a", uuid: attempt(n).uuid } };
  };
  await add(store, { title: "a", id: "tt-a" });

  const first = await claims(1);
  expect(await hint()).toBe("fleet kill tt-a; fleet retry tt-a");
  await store.transact(first, (s) => ask(s, first, { text: "Which port?" }));
  expect(await hint()).toBe('fleet answer tt-a "…"');
  await store.transact(first, (s) => ask(s, first, { text: "And which host?" }));
  expect(await hint()).toBe('fleet answer tt-a -q 1 "…"');
  await ends(1, { kind: "block" });
  expect(await hint()).toBe('fleet answer tt-a -q 1 "…"');
  const ann = acting();
  await store.transact(ann, (s) => answer(s, ann, { id: "tt-a", n: 1, text: "80" }));
  await store.transact(ann, (s) => answer(s, ann, { id: "tt-a", text: "here" }));
  // A person's own answer to an attempt that is over can be taken back: it is asked again.
  await back(store);
  expect(store.snapshot().issue("tt-a")).toMatchObject({ status: "blocked" });
  await back(store);

  await claims(2);
  await ends(2, { kind: "retry", notBefore: undefined });
  expect(await hint()).toBe("fleet task tt-a; by hand: fleet bd update tt-a");
  await claims(3);
  await ends(3, { kind: "block" });
  expect(await hint()).toBe("fleet retry tt-a");
  const retried = acting();
  await store.transact(retried, (s) => retry(s, retried, { id: "tt-a" }));
  await claims(4);
  await ends(4, { kind: "close", reason: "shown" });
  expect(await hint()).toBe("fleet bd reopen tt-a");

  const config = {
    kind: "commit",
    event: "config",
    subject: "x",
    files: { "config.yaml": "a: 1\n" },
    result: 0,
  } as const;
  await store.transact(acting(), () => config);
  const [look] = (await hint())?.split(";") ?? [];
  expect(execFileSync("sh", ["-c", look ?? "false"], { env: personal(), encoding: "utf8" })).toContain("+a: 1");
});

test("what was undone here does not come back from a home that had it already", async () => {
  const store = await newStore();
  await add(store, { title: "a", id: "tt-a" });
  const act = acting({ now: NOON + 5_000 });
  await store.transact(act, (s) => update(s, act, { id: "tt-a", title: "wrong" }));
  const other = await newStore();
  await sync(store, act, { remote: other.home });
  const by = acting({ now: NOON + 6_000 });
  await other.transact(by, (s) => update(s, by, { id: "tt-a", notes: "n" }));
  await add(store, { title: "b", id: "tt-b" });
  await store.transact(act, (s) => update(s, act, { id: "tt-a", title: "worse" }));
  await back(store);
  await sync(store, acting({ now: NOON + 20_000 }), { remote: other.home });
  expect(other.snapshot().issue("tt-a")).toMatchObject({ title: "wrong", notes: "n" });
});

test("an undo that would close a loop again is refused; of an issue that is in one, other things are undone", async () => {
  const store = await newStore();
  await add(store, { title: "a", id: "tt-a" });
  await add(store, { title: "part", id: "tt-k", edges: [{ to: "tt-a", type: "parent-child" }] });
  // As a hand edit leaves it.
  const byHand = acting();
  await store.transact(byHand, (snapshot) => {
    const edge = { issue_id: "tt-a", depends_on_id: "tt-k", type: "blocks" as const };
    const issues = snapshot.all().flatMap((one) => (one.id === "tt-a" ? [{ ...one, dependencies: [edge] }] : []));
    return { kind: "commit", event: "update", subject: "x", issues, result: undefined };
  });
  const act = acting();
  await store.transact(act, (s) => update(s, act, { id: "tt-a", title: "other" }));
  await back(store);
  expect(store.snapshot().issue("tt-a")?.title).toBe("a");
  await store.transact(act, (s) => removeEdge(s, act, { from: "tt-a", to: "tt-k" }));
  const tip = store.tip();
  await expect(back(store)).rejects.toThrow(
    /cannot undo .*: these would wait for each other again: tt-a → tt-k → tt-a/,
  );
  expect(store.tip()).toBe(tip);
});
