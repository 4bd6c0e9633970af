/** Real homes and real git: syncing through a bare repository or with each other, in any order, until nothing moves. */
import * as fc from "fast-check";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { runs } from "../../kit/test/runs.ts";
import { Template } from "../../kit/test/template.ts";

import { reviewOf } from "../src/claims.ts";
import { fleetRecord } from "../src/fleet-record.ts";
import { gitDirOf } from "../src/home.ts";
import { loopsIn } from "../src/loops.ts";
import { encodeIssue, type Issue } from "../src/issue.ts";
import { claim } from "../src/ops/claim.ts";
import { close } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { addEdge } from "../src/ops/edges.ts";
import { remember, setConfig } from "../src/ops/memory.ts";
import { remove } from "../src/ops/remove.ts";
import { approve } from "../src/ops/review.ts";
import { settle } from "../src/ops/settle.ts";
import { update } from "../src/ops/update.ts";
import type { Act, Decision } from "../src/decision.ts";
import { shardOf } from "../src/shard.ts";
import type { Snapshot } from "../src/snapshot.ts";
import { Store } from "../src/store.ts";
import { sync, type Synced } from "../src/sync.ts";
import { memoriesOf } from "../src/memories.ts";
import { acting, add, attempt, git, newStore, NOON, tempDir } from "./support.ts";

function initBare(dir: string): string {
  git("/", "init", "--quiet", "--bare", "--template=", "--initial-branch=main", dir);
  // Each push would start a `git gc --auto` that finds nothing to do.
  appendFileSync(join(dir, "config"), "[receive]\n\tautogc = false\n");
  return dir;
}

const bare = (): string => initBare(join(tempDir(), "remote.git"));

/** A second home with the history of the first: made by hand as `git clone --bare` would. */
async function twin(store: Store, home?: string): Promise<Store> {
  const other = await newStore("tt", home);
  git("/", `--git-dir=${gitDirOf(other.home)}`, "fetch", "--quiet", gitDirOf(store.home), "+main:main");
  return new Store(other.home);
}

const act = (who: string, at = 0): Act => acting({ actor: who, now: NOON + at * 1000 });

const go = async (store: Store, remote: string, who = "ann", at = 100): Promise<Synced> =>
  await sync(store, act(who, at), { remote });

const tell = async <R>(
  store: Store,
  who: string,
  at: number,
  decide: (s: Snapshot, a: Act) => Decision<R>,
): Promise<R> => {
  const by = act(who, at);
  return await store.transact(by, (snapshot) => decide(snapshot, by));
};

const read = (store: Store, id: string): Issue | undefined => new Store(store.home).snapshot().line(id);
const said = (issue: Issue | undefined): string => (issue?.comments ?? []).map(({ text }) => text).join("\n");
const tree = (store: Store): string => git("/", `--git-dir=${gitDirOf(store.home)}`, "rev-parse", "main^{tree}").trim();
const fsck = (dir: string): string => git("/", `--git-dir=${dir}`, "fsck", "--strict", "--no-dangling");

/** Where the two homes and what is between them are. */
const within = (dir: string): { readonly a: string; readonly b: string; readonly remote: string } => ({
  a: join(dir, "a"),
  b: join(dir, "b"),
  remote: join(dir, "remote.git"),
});

const pairs = new Template(async (dir) => {
  const { a, b, remote } = within(dir);
  const store = await newStore("tt", a);
  await add(store, { title: "shared", id: "tt-s" });
  await go(store, initBare(remote));
  await twin(store, b);
});

/** Two homes that know each other through a bare repository. */
async function two(): Promise<{ a: Store; b: Store; remote: string }> {
  const dir = join(tempDir(), "pair");
  await pairs.copyTo(dir);
  const { a, b, remote } = within(dir);
  return { a: new Store(a), b: new Store(b), remote };
}

test("an empty remote is filled, a second home takes it all, and nothing moves after that", async () => {
  const a = await newStore();
  await add(a, { title: "one" });
  const remote = bare();
  expect(await go(a, remote)).toMatchObject({ pulled: 0, merged: undefined, notes: [], tip: a.tip() });
  const b = await twin(a);
  await add(a, { title: "two" });
  expect(await go(a, remote)).toMatchObject({ pushed: 1 });
  expect(await go(b, remote)).toMatchObject({ pulled: 1, pushed: 0, merged: undefined });
  expect(b.tip()).toBe(a.tip());
  expect(await go(b, remote)).toMatchObject({ pulled: 0, pushed: 0 });
  expect(b.snapshot().derived).toEqual(a.snapshot().derived);
});

test("both changed: one commit with two parents by the syncing user, named in its message; the other goes forward to it", async () => {
  const { a, b, remote } = await two();
  await tell(a, "ann", 10, (s, by) => update(s, by, { id: "tt-s", title: "Ann's", notes: "n" }));
  await tell(b, "bob", 20, (s, by) => update(s, by, { id: "tt-s", title: "Bob's", priority: 0 }));
  await go(a, remote);
  const synced = await go(b, remote, "bob");
  expect(synced).toMatchObject({ pulled: 1, merged: { changed: 1, both: 1 } });
  expect(read(b, "tt-s")).toMatchObject({ title: "Bob's", notes: "n", priority: 0 });
  expect(said(read(b, "tt-s"))).toMatch(/title:\nAnn's$/);
  const log = git("/", `--git-dir=${gitDirOf(b.home)}`, "log", "-1", "--format=%an|%P|%B", "main");
  expect(log).toMatch(/^bob\|\S{40} \S{40}\|sync: merge 1 commit of .*\(1 issue changed on both sides\)/);
  expect(log).toMatch(/tt-s: title of 2026-03-01T12:00:10.002Z lost: Ann's/);
  expect(log).toMatch(/Fleet-Event: sync\n/);
  expect(await go(a, remote)).toMatchObject({ merged: undefined, tip: b.tip() });
  expect(fsck(gitDirOf(a.home)) + fsck(gitDirOf(b.home)) + fsck(remote)).toBe("");
});

test("limits of one task, set on two homes at once: each for itself", async () => {
  const { a, b, remote } = await two();
  const limit = async (store: Store, who: string, at: number, limits: object): Promise<unknown> =>
    await tell(store, who, at, (s, by) => update(s, by, { id: "tt-s", setMetadata: { limits } }));
  await limit(a, "ann", 10, { usd: 1, turns: 5 });
  await go(a, remote);
  await go(b, remote, "bob");
  await limit(a, "ann", 20, { usd: 9, turns: 5 });
  await limit(b, "bob", 30, { usd: 1, timeout: "4h" });
  await go(a, remote);
  expect((await go(b, remote, "bob")).notes).toEqual([]);
  expect(read(b, "tt-s")?.metadata?.["limits"]).toEqual({ usd: 9, timeout: "4h" });
  // The same one twice: the later stands, the other is named.
  await limit(b, "bob", 41, { usd: 3, timeout: "4h" });
  await go(a, remote);
  await limit(a, "ann", 50, { usd: 2, timeout: "4h" });
  await go(b, remote, "bob");
  await go(a, remote);
  expect(read(a, "tt-s")?.metadata?.["limits"]).toEqual({ usd: 2, timeout: "4h" });
  expect(said(read(a, "tt-s"))).toMatch(/limits\.usd:\n3$/);
});

test("two claims of one task: the earlier holds on both sides, the other is named on the task", async () => {
  const { a, b, remote } = await two();
  await tell(b, "claude/b", 20, (s, by) => claim(s, by, { id: "tt-s", attempt: attempt(2) }));
  await tell(a, "claude/a", 10, (s, by) => claim(s, by, { id: "tt-s", attempt: attempt(1) }));
  await go(b, remote, "bob");
  await go(a, remote);
  await go(b, remote, "bob");
  for (const store of [a, b]) {
    const issue = read(store, "tt-s");
    expect(issue).toMatchObject({
      status: "in_progress",
      assignee: "claude/a",
      metadata: { fleet: { attempt: attempt(1), attempts: 2 } },
    });
    expect(said(issue)).toContain(`assignee claude/b, attempt ${attempt(2).uuid}`);
  }
});

test("a claim that waits for a person waits in both homes; approved in one it is closed in both", async () => {
  const { a, b, remote } = await two();
  await tell(a, "claude/a", 10, (s, by) => claim(s, by, { id: "tt-s", attempt: attempt(1) }));
  const review = { claim: "it works", change: "no file changed", missing: ["nothing changed"] };
  await tell(a, "ann", 20, (s, by) =>
    settle(s, by, {
      id: "tt-s",
      attempt: attempt(1),
      actor: "claude/a",
      outcome: "asked",
      reason: "nothing changed",
      counted: false,
      disposition: { kind: "ask" },
      review,
    }),
  );
  await go(a, remote);
  await tell(b, "bob", 30, (s, by) => update(s, by, { id: "tt-s", priority: 0 }));
  await go(b, remote, "bob");
  const waiting = read(b, "tt-s");
  expect(waiting).toMatchObject({ status: "in_progress", priority: 0 });
  expect(waiting === undefined ? undefined : reviewOf(waiting)).toMatchObject(review);
  await expect(
    tell(b, "claude/b", 40, (s, by) => claim(s, by, { id: "tt-s", attempt: attempt(2) })),
  ).rejects.toMatchObject({ code: "not-claimable" });
  // Beside it something is said in the home where it was asked.
  await tell(a, "ann", 50, (s, by) => comment(s, by, { id: "tt-s", text: "is it?" }));
  await tell(b, "bob", 60, (s, by) => approve(s, by, { id: "tt-s", words: "it is" }));
  await go(b, remote, "bob");
  await go(a, remote);
  await go(b, remote, "bob");
  for (const store of [a, b]) {
    const issue = read(store, "tt-s");
    expect(issue).toMatchObject({ status: "closed", metadata: { fleet: { grade: "accepted", accepted_by: "bob" } } });
    expect(fleetRecord(issue ?? {}).review).toBeUndefined();
    expect(said(issue)).toContain("is it?");
  }
});

test("homes sync with each other's directories, without anything between", async () => {
  const a = await newStore();
  const b = await twin(a);
  await add(a, { title: "from a", id: "tt-1" });
  await add(b, { title: "from b", id: "tt-2" });
  await go(a, b.home);
  expect(tree(a)).toBe(tree(b));
  expect([...b.snapshot().live.keys()].sort()).toEqual(["tt-1", "tt-2"]);
});

test("two homes that were made apart: both histories, and of two issues of one id the later gets another", async () => {
  const [a, b] = [await newStore(), await newStore()];
  await add(a, { title: "first", id: "tt-x" }, act("ann", 1));
  await add(b, { title: "second", id: "tt-x" }, act("bob", 2));
  const other = await tell(b, "bob", 3, (s, by) =>
    create(s, by, { title: "waits", id: "tt-y", type: "task", priority: 2, edges: [{ to: "tt-x", type: "blocks" }] }),
  );
  const { notes } = await go(a, b.home);
  const second = [...a.snapshot().live.values()].find(({ title }) => title === "second");
  expect(read(a, "tt-x")?.title).toBe("first");
  expect(second?.id).toMatch(/^tt-x-[0-9a-z]{4}$/);
  expect(read(a, other.issue.id)?.dependencies?.[0]?.depends_on_id).toBe(second?.id);
  expect(notes).toEqual([`tt-x was created on both sides: one of them is ${second?.id} now`]);
  expect(b.tip()).toBe(a.tip());
  expect(a.snapshot().problems).toEqual([]);
  // An edit of it under its old id, where the new one was not known, finds it.
  expect(tree(a)).toBe(tree(b));
});

test("an edit made under the id that an issue had before finds it", async () => {
  const { a, b, remote } = await two();
  const c = await twin(a);
  await add(a, { title: "first", id: "tt-x" }, act("ann", 1));
  await add(b, { title: "second", id: "tt-x" }, act("bob", 2));
  await go(b, remote, "bob");
  // c knows Bob's as tt-x, and edits it.
  await go(c, remote, "cyd");
  await go(a, remote);
  await tell(c, "cyd", 30, (s, by) => update(s, by, { id: "tt-x", notes: "for Bob's" }));
  await tell(c, "cyd", 31, (s, by) => addEdge(s, by, { from: "tt-s", to: "tt-x", type: "blocks" }));
  await go(c, remote, "cyd");
  const issues = [...c.snapshot().live.values()];
  const second = issues.find(({ title }) => title === "second");
  expect(second).toMatchObject({ notes: "for Bob's", metadata: { fleet: { was: "tt-x" } } });
  expect(read(c, "tt-x")).toMatchObject({ title: "first" });
  expect(read(c, "tt-x")?.notes).toBeUndefined();
  expect(read(c, "tt-s")?.dependencies?.map((edge) => edge.depends_on_id)).toEqual([second?.id]);
});

test("edges that close a cycle only together, and an edge to what was deleted, are set aside and said", async () => {
  const { a, b, remote } = await two();
  await add(a, { title: "t", id: "tt-t" });
  await add(a, { title: "u", id: "tt-u" });
  await go(a, remote);
  await go(b, remote);
  await tell(a, "ann", 10, (s, by) => addEdge(s, by, { from: "tt-s", to: "tt-t", type: "blocks" }));
  await tell(b, "bob", 20, (s, by) => addEdge(s, by, { from: "tt-t", to: "tt-s", type: "blocks" }));
  await tell(a, "ann", 11, (s, by) => addEdge(s, by, { from: "tt-t", to: "tt-u", type: "related" }));
  await tell(b, "bob", 21, (s, by) => remove(s, by, { id: "tt-u" }));
  await go(a, remote);
  const { notes } = await go(b, remote, "bob");
  expect(notes).toEqual(["tt-t → tt-u set aside: it was deleted", "tt-t → tt-s set aside: it would close a cycle"]);
  expect(read(b, "tt-s")?.dependencies).toHaveLength(1);
  expect(read(b, "tt-t")?.dependencies).toBeUndefined();
  expect(git("/", `--git-dir=${gitDirOf(b.home)}`, "log", "-1", "--format=%B", "main")).toContain(
    "set aside: it would close",
  );
});

test("edges of several relations that close a loop only together: a part and its task, an epic whose part waits for what waits for it", async () => {
  const { a, b, remote } = await two();
  await add(a, { title: "task", id: "tt-t" });
  await add(a, { title: "part", id: "tt-k" });
  await add(a, { title: "epic", id: "tt-e", type: "epic" });
  await add(a, { title: "chapter", id: "tt-c" });
  await add(a, { title: "first", id: "tt-m" });
  await tell(a, "ann", 1, (s, by) => addEdge(s, by, { from: "tt-c", to: "tt-e", type: "parent-child" }));
  await tell(a, "ann", 2, (s, by) => addEdge(s, by, { from: "tt-c", to: "tt-m", type: "blocks" }));
  await go(a, remote);
  await go(b, remote);
  await tell(a, "ann", 10, (s, by) => addEdge(s, by, { from: "tt-k", to: "tt-t", type: "parent-child" }));
  await tell(b, "bob", 9, (s, by) => addEdge(s, by, { from: "tt-t", to: "tt-k", type: "blocks" }));
  // The epic and its chapter are the same on both sides.
  await tell(a, "ann", 11, (s, by) => addEdge(s, by, { from: "tt-m", to: "tt-s", type: "blocks" }));
  await tell(b, "bob", 12, (s, by) => addEdge(s, by, { from: "tt-s", to: "tt-e", type: "waits-for" }));
  await go(a, remote);
  const { notes } = await go(b, remote, "bob");
  expect([...notes].sort()).toEqual([
    "tt-s → tt-e set aside: it would close a cycle",
    "tt-t → tt-k set aside: it would close a cycle",
  ]);
  expect(loopsIn(new Store(b.home).snapshot())).toEqual([]);
  await go(a, remote);
  expect(tree(a)).toBe(tree(b));
});

test("a line that vanished in a clone and came by a plain remote is kept, and logged; a fixed line stays fixed", async () => {
  const { a, b, remote } = await two();
  const clone = join(tempDir(), "clone");
  git("/", "clone", "--quiet", remote, clone);
  const file = join(clone, `issues/${shardOf("tt-s")}.jsonl`);
  writeFileSync(file, "not json\n");
  git(clone, "commit", "--quiet", "-am", "by hand");
  git(clone, "push", "--quiet");
  expect((await go(b, remote, "bob")).notes).toEqual([
    expect.stringMatching(/^tt-s was gone from one side without a tombstone: kept/),
  ]);
  expect(read(b, "tt-s")?.title).toBe("shared");
  expect(b.snapshot().problems).toHaveLength(1);
  git(clone, "pull", "--quiet");
  writeFileSync(file, readFileSync(file, "utf8").replace("not json\n", ""));
  git(clone, "commit", "--quiet", "-am", "mend");
  git(clone, "push", "--quiet");
  await tell(a, "ann", 50, (s, by) => comment(s, by, { id: "tt-s", text: "meanwhile" }));
  await go(a, remote);
  expect(a.snapshot().problems).toEqual([]);
  expect(said(read(a, "tt-s"))).toContain("meanwhile");
});

test("memories and settings by key; files that are taken whole: the newer settings, else ours, the other named", async () => {
  const { a, b, remote } = await two();
  const file = async (store: Store, who: string, at: number, name: string, text: string): Promise<void> =>
    void (await tell(store, who, at, () => ({
      kind: "commit",
      event: "config",
      subject: name,
      files: { [name]: text },
      result: 0,
    })));
  await tell(a, "ann", 10, (s, by) => remember(s, by, { key: "k", value: "short" }));
  await tell(b, "bob", 11, (s, by) => remember(s, by, { key: "k", value: "a longer one" }));
  await tell(a, "ann", 12, (s, by) => setConfig(s, by, "status.custom", "review:wip"));
  await tell(b, "bob", 13, (s, by) => setConfig(s, by, "types.custom", "quest"));
  await file(a, "ann", 14, "config.yaml", "max_concurrent: 1\n");
  await file(b, "bob", 30, "config.yaml", "max_concurrent: 2\n");
  await file(a, "ann", 15, "notes.txt", "a\n");
  await file(b, "bob", 16, "notes.txt", "b\n");
  await go(b, remote, "bob");
  const { notes } = await go(a, remote);
  const snapshot = a.snapshot();
  expect([...memoriesOf(snapshot).values]).toEqual([
    ["k", "a longer one"],
    [expect.stringMatching(/^k-[0-9a-z]{4}$/), "short"],
  ]);
  expect(snapshot.meta.config).toEqual({ "status.custom": "review:wip", "types.custom": "quest" });
  expect(git("/", `--git-dir=${gitDirOf(a.home)}`, "show", "main:config.yaml")).toBe("max_concurrent: 2\n");
  expect(git("/", `--git-dir=${gitDirOf(a.home)}`, "show", "main:notes.txt")).toBe("a\n");
  expect(notes.join("\n")).toMatch(
    /memory k was written on both sides.*\nconfig.yaml.*the other home's stands.*\nnotes.txt.*this home's stands/s,
  );
});

test("a remote that is not a fleet, an unknown name, a remote that is gone: refused in words, nothing moved", async () => {
  const a = await newStore();
  const tip = a.tip();
  const foreign = tempDir();
  git(foreign, "init", "--quiet", "--initial-branch=main");
  writeFileSync(join(foreign, "x"), "x");
  git(foreign, "add", "x");
  git(foreign, "commit", "--quiet", "-m", "x");
  await expect(go(a, foreign)).rejects.toThrow(/not a fleet's history/);
  // Nor is a project without a main filled with a queue: bare or not, with commits or before the first.
  git(foreign, "branch", "-m", "master");
  await expect(go(a, foreign)).rejects.toThrow(/not a fleet home, and not empty: it has refs\/heads\/master/);
  const copy = join(tempDir(), "copy.git");
  git("/", "clone", "--quiet", "--bare", foreign, copy);
  await expect(go(a, copy)).rejects.toThrow(/it has refs\/heads\/master/);
  const young = tempDir();
  git(young, "init", "--quiet", "--initial-branch=trunk");
  await expect(go(a, young)).rejects.toThrow(/it has a working tree/);
  await expect(go(a, `file://${young}`)).rejects.toThrow(/it has a working tree/);
  for (const dir of [foreign, copy, young]) expect(git(dir, "branch", "--list", "main")).toBe("");
  await expect(go(a, "origin")).rejects.toThrow(
    expect.objectContaining({ mend: expect.stringContaining("remote add origin URL") }),
  );
  await expect(go(a, "/nowhere/at/all")).rejects.toThrow(/git fetch failed: .*(does not exist|does not appear)/s);
  await expect(go(a, "--upload-pack=touch /tmp/pwned")).rejects.toThrow(/no remote/);
  expect(a.tip()).toBe(tip);
});

test("a merge of 2 homes with each other at the same time has two bases, and ends", async () => {
  const { a, b } = await two();
  await add(a, { title: "a", id: "tt-1" });
  await add(b, { title: "b", id: "tt-2" });
  await tell(a, "ann", 10, (s, by) => update(s, by, { id: "tt-s", title: "A" }));
  await tell(b, "bob", 11, (s, by) => update(s, by, { id: "tt-s", title: "B" }));
  // Each takes the other's tip as it was, and pushes nothing.
  const [ra, rb] = [bare(), bare()];
  git("/", `--git-dir=${gitDirOf(a.home)}`, "push", "--quiet", ra, "main");
  git("/", `--git-dir=${gitDirOf(b.home)}`, "push", "--quiet", rb, "main");
  await sync(a, act("ann", 20), { remote: rb, isPushed: false });
  await sync(b, act("bob", 21), { remote: ra, isPushed: false });
  expect(tree(a)).toBe(tree(b));
  await tell(a, "ann", 30, (s, by) => update(s, by, { id: "tt-s", title: "A2" }));
  await tell(b, "bob", 31, (s, by) => close(s, by, { id: "tt-s", reason: "done" }));
  await go(a, b.home);
  expect(tree(a)).toBe(tree(b));
  expect(read(a, "tt-s")).toMatchObject({ title: "A2", status: "closed" });
  expect(git("/", `--git-dir=${gitDirOf(a.home)}`, "rev-list", "--merges", "--count", "main").trim()).toBe("3");
});

type Kind = "create" | "title" | "claim" | "close" | "comment" | "delete" | "remember" | "label";
const KINDS: readonly Kind[] = ["create", "title", "claim", "close", "comment", "delete", "remember", "label"];

async function random(store: Store, who: string, kind: Kind, target: string, at: number): Promise<void> {
  if (kind !== "create" && kind !== "remember" && store.snapshot().issue(target) === undefined) return;
  await tell(store, who, at, (s, by): Decision<unknown> => {
    switch (kind) {
      case "create":
        return s.taken(`${target}-c`)
          ? { kind: "none", result: 0 }
          : create(s, by, { title: `${who} ${at}`, id: `${target}-c`, type: "task", priority: 2 });
      case "title":
        return update(s, by, { id: target, title: `${who} ${at}` });
      case "claim":
        return s.issue(target)?.status === "open" && s.issue(target)?.assignee === undefined
          ? claim(s, by, { id: target })
          : { kind: "none", result: 0 };
      case "close":
        return close(s, by, { id: target, reason: `${at}`, force: true });
      case "comment":
        return comment(s, by, { id: target, text: `${who} ${at}` });
      case "delete":
        return remove(s, by, { id: target });
      case "remember":
        return remember(s, by, { key: "k", value: `${who} ${at}` });
      case "label":
        return update(s, by, { id: target, addLabels: [who] });
    }
  });
}

test("two and three homes, edits and syncs in any order, until it is quiet: one tip, one tree, a sound history", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 3 }),
      fc.array(
        fc.tuple(fc.nat(2), fc.constantFrom(...KINDS, "sync", "sync", "sync"), fc.constantFrom("tt-s", "tt-t")),
        { minLength: 6, maxLength: 12 },
      ),
      async (homes, steps) => {
        const first = await newStore();
        await add(first, { title: "s", id: "tt-s" });
        await add(first, { title: "t", id: "tt-t" });
        const remote = bare();
        await go(first, remote);
        const stores = [first];
        while (stores.length < homes) stores.push(await twin(first));
        let at = 10;
        const comments: string[] = [];
        for (const [n, kind, target] of steps) {
          const store = stores[n % homes] ?? first;
          const who = `home${n % homes}`;
          at++;
          if (kind === "sync") await go(store, remote, who, at);
          else await random(store, who, kind, target, at);
          if (kind === "comment" && said(read(store, target)).includes(`${who} ${at}`)) comments.push(`${who} ${at}`);
        }
        // Quiet: all at once, then one after another.
        await Promise.all(stores.map((store) => go(store, remote, "quiet", 100)));
        for (const store of [...stores, ...stores]) await go(store, remote, "quiet", 101);
        expect(new Set(stores.map((store) => store.tip())).size).toBe(1);
        expect(new Set(stores.map(tree)).size).toBe(1);
        const text = first.snapshot().lines().map(encodeIssue).join("\n");
        for (const one of comments) expect(text).toContain(one);
        expect(first.snapshot().problems).toEqual([]);
        expect(fsck(gitDirOf(first.home)) + fsck(remote)).toBe("");
      },
    ),
    { numRuns: runs(1, 10) },
  );
}, 120_000);

test("the person's own git settings count for the network and for nothing else", async () => {
  const { a, remote } = await two();
  const settings = join(tempDir(), "gitconfig");
  // An alias of the address that only the person's settings know; and a signer that would stop every commit.
  writeFileSync(
    settings,
    `[url "${remote}"]\n\tinsteadOf = short:fleet\n[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = /bin/false\n`,
  );
  const before = process.env["GIT_CONFIG_GLOBAL"];
  process.env["GIT_CONFIG_GLOBAL"] = settings;
  process.env["GIT_DIR"] = "/nowhere";
  try {
    await add(a, { title: "more" });
    expect(await go(a, "short:fleet")).toMatchObject({ pushed: 1 });
  } finally {
    delete process.env["GIT_DIR"];
    if (before === undefined) delete process.env["GIT_CONFIG_GLOBAL"];
    else process.env["GIT_CONFIG_GLOBAL"] = before;
  }
  expect(existsSync(join(gitDirOf(a.home), "FETCH_HEAD"))).toBe(false);
});
