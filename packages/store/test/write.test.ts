/** The write path against real git: what is committed, how it reads, and what git thinks of it. */
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";

import { cachePath } from "../src/cache.ts";
import { encodeIssue } from "../src/issue.ts";
import { claim } from "../src/ops/claim.ts";
import { addEdge } from "../src/ops/edges.ts";
import { close, reopen } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { update } from "../src/ops/update.ts";
import { shardOf } from "../src/shard.ts";
import { Store } from "../src/store.ts";
import { acting, add, attempt, git, newStore } from "./support.ts";

test("a mutation is one commit, made to be read", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "Refactor the\nauthentication  module" });
  const act = acting({ actor: "claude/7f3a" });
  await store.transact(act, (snapshot) => claim(snapshot, act, { id: issue.id, attempt: attempt(2) }));
  const log = git(store.home, "log", "-1", "--format=%an|%cn|%s|%(trailers:only,unfold)");
  expect(log.trim()).toBe(
    `claude/7f3a|fleet|claim ${issue.id}: Refactor the authentication module|Fleet-Event: claim\nFleet-Task: ${issue.id}\nFleet-Attempt: 2 ${attempt(2).uuid}`,
  );
  expect(git(store.home, "rev-list", "--count", "main").trim()).toBe("3");
  expect(git(store.home, "show", "--stat", "--format=", "main")).toContain(`issues/${shardOf(issue.id)}.jsonl | 2 +-`);
  expect(git(store.home, "show", `main:issues/${shardOf(issue.id)}.jsonl`)).toContain('"status":"in_progress"');
});

test("git's strictest check finds nothing, whatever titles, names and reasons contain", async () => {
  const store = await newStore();
  const nasty = [
    "plain",
    "nul \0 and \u001b[31m",
    "🚀".repeat(99),
    "lone \ud83d surrogate",
    "a\r\nb",
    "-flag",
    "Fleet-Event: fake",
  ];
  for (const title of nasty) {
    const act = acting({ actor: `<${title}>\n`, email: `${title}>` });
    const issue = await add(store, { title }, act);
    await store.transact(act, (s) => comment(s, act, { id: issue.id, text: `${title}\n\nFleet-Task: other` }));
    await store.transact(act, (s) => close(s, act, { id: issue.id, reason: title }));
  }
  expect(git(store.home, "fsck", "--strict", "--full")).toBe("");
  expect(store.snapshot().closedCount).toBe(nasty.length);
  expect(new Store(store.home).snapshot().problems).toEqual([]);
  const events = git(store.home, "log", "--format=%(trailers:key=Fleet-Event,valueonly,separator=%x2C)")
    .trim()
    .split(/\n+/);
  expect(new Set(events)).toEqual(new Set(["init", "create", "comment", "close"]));
});

test("several shards and the memories change in one commit, or not at all", async () => {
  const store = await newStore();
  const first = await add(store, { title: "one" });
  const second = await add(store, { title: "two" });
  const act = acting();
  await store.transact(act, (snapshot) => ({
    kind: "commit",
    event: "batch",
    subject: "two issues and a memory",
    issues: [first, second].map((issue) => ({ ...(snapshot.issue(issue.id) ?? issue), title: "renamed" })),
    memories: { values: new Map([["key", "value"]]), kept: [] },
    result: undefined,
  }));
  const changed = git(store.home, "show", "--name-only", "--format=", "main").trim().split("\n").sort();
  expect(changed).toEqual(
    [...new Set([first, second].map((i) => `issues/${shardOf(i.id)}.jsonl`)), "memories.jsonl"].sort(),
  );
});

test("nothing to change makes no commit", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "same" });
  const act = acting();
  await store.transact(act, (s) => claim(s, act, { id: issue.id }));
  const before = store.tip();
  await store.transact(act, (s) => claim(s, act, { id: issue.id }));
  await store.transact(act, (s) => update(s, act, { id: issue.id }));
  expect(store.tip()).toBe(before);
});

test("a refused swap decides again on what is there now: nothing of the other writer is lost", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "contended", notes: "" });
  const other = new Store(store.home);
  const act = acting();
  let runs = 0;
  await store.transact(act, (snapshot) => update(snapshot, act, { id: issue.id, appendNotes: "first" }));
  const mine = store.transact(act, (snapshot) => {
    runs++;
    return update(snapshot, act, { id: issue.id, appendNotes: `run ${runs}` });
  });
  const theirs = other.transact(act, (snapshot) => update(snapshot, act, { id: issue.id, appendNotes: "theirs" }));
  await Promise.all([mine, theirs]);
  const notes = new Store(store.home).snapshot().issue(issue.id)?.notes ?? "";
  expect(notes.split("\n").sort()).toEqual(["first", `run ${runs}`, "theirs"].sort());
});

test("a line is written as beads orders it and every write leaves the cache current", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "cached", labels: ["b", "a"], description: "text" });
  const text = git(store.home, "show", `main:issues/${shardOf(issue.id)}.jsonl`);
  expect(text).toBe(`${encodeIssue(issue)}\n`);
  expect(Object.keys(JSON.parse(text))).toEqual(
    "id title description status priority issue_type owner created_at created_by updated_at labels".split(" "),
  );
  const [frame = "", ...lines] = readFileSync(cachePath(store.home), "utf8").trimEnd().split("\n");
  expect(JSON.parse(frame)).toMatchObject({ tip: store.tip() });
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([[{ id: issue.id, status: "open" }], [issue]]);
});

test("what fails once the branch is moved is not told as a write that was not made", async () => {
  const store = await newStore();
  const act = acting();
  const target = await add(store, { title: "comes back" });
  // Closed, elsewhere, and pointing at it: its shard is read for the cache when the other comes back.
  const from = await add(store, { title: "points", id: shardOf(target.id) === shardOf("tt-a") ? "tt-b" : "tt-a" });
  await store.transact(act, (s) => addEdge(s, act, { from: from.id, to: target.id, type: "related" }));
  for (const { id } of [target, from]) await store.transact(act, (s) => close(s, act, { id, reason: "done" }));
  git(store.home, "repack", "-q");
  git(store.home, "prune-packed", "-q");
  const path = process.env["PATH"];
  onTestFinished(() => void (process.env["PATH"] = path));
  await new Store(store.home).transact(act, (s) => {
    const decision = reopen(s, act, { id: target.id });
    s.shard(shardOf(target.id));
    // From here on no git can be started.
    process.env["PATH"] = "/nowhere";
    return decision;
  });
  process.env["PATH"] = path;
  expect(new Store(store.home).snapshot().issue(target.id)?.status).toBe("open");
});
