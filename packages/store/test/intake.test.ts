/** What comes into the store is well-formed, bounded and harmless to print; what stands in it keeps its digits. */
import { expect, test } from "vitest";

import type { Act } from "../src/decision.ts";
import { decodeIssue, encodeIssue } from "../src/issue.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { forget, remember } from "../src/ops/memory.ts";
import { update } from "../src/ops/update.ts";
import { encodeMemories, memoriesOf } from "../src/memories.ts";
import { parseShard } from "../src/shard.ts";
import type { Snapshot } from "../src/snapshot.ts";
import type { Decision } from "../src/decision.ts";
import type { Store } from "../src/store.ts";
import { acting, add, git, newStore, NOON } from "./support.ts";
import { EMPTY, type Files, merge, snapshotOf, text } from "./merge-world.ts";

const LINE =
  '{"id":"tt-a","title":"t","status":"open","priority":2,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"';

const write = async <R>(store: Store, decide: (snapshot: Snapshot, act: Act) => Decision<R>): Promise<R> => {
  const act = acting();
  return await store.transact(act, (snapshot) => decide(snapshot, act));
};

test("a line is written back digit for digit: metadata, fields that are not known, ids of comments", () => {
  const line = `${LINE},"metadata":{"price":1.10,"n":[9007199254740993]},"comments":[{"id":18446744073709551615,"author":"a","text":"x","created_at":"2026-01-01T00:00:00Z"}],"other":1e400}`;
  const decoded = decodeIssue(line);
  expect("issue" in decoded && encodeIssue(decoded.issue)).toBe(line);
});

test("what is calculated with is a number, however it was written; one that is none is a bad line", () => {
  expect(decodeIssue(LINE.replace('"priority":2', '"priority":2.0') + "}")).toMatchObject({ issue: { priority: 2 } });
  expect(decodeIssue(LINE.replace('"priority":2', '"priority":1e400') + "}")).toMatchObject({
    bad: { reason: expect.stringContaining("priority") },
  });
});

test("digits survive an edit of another field, in a real home, through the cache", async () => {
  const store = await newStore();
  await add(store, { title: "A", id: "tt-a", metadata: { k: "v" } });
  const exact = decodeIssue(`${LINE},"metadata":{"big":9007199254740993,"price":1.10}}`);
  if (!("issue" in exact)) throw new Error("no issue");
  await write(store, (snapshot, act) => update(snapshot, act, { id: "tt-a", setMetadata: exact.issue.metadata ?? {} }));
  await write(store, (snapshot, act) => comment(snapshot, act, { id: "tt-a", text: "hi" }));
  for (let read = 0; read < 2; read++) {
    const issue = store.snapshot().issue("tt-a");
    expect(issue && encodeIssue(issue)).toContain('"big":9007199254740993,"price":1.10');
  }
});

test("digits survive a merge in which both sides changed the issue", () => {
  const files = (line: string): Files => {
    const shard = "2f";
    expect(parseShard(shard, line).problems).toEqual([]);
    return { ...EMPTY, shards: new Map([[shard, `${line}\n`]]) };
  };
  const at = (name: string): string => `"metadata":{"fleet":{"at":{"${name}":"2026-01-02T00:00:00.123Z"}},"n":1.10}`;
  const base = files(`${LINE},"metadata":{"n":1.10},"other":9007199254740993}`);
  const ours = files(`${LINE.replace('"t"', '"ours"')},${at("title")},"other":9007199254740993}`);
  const theirs = files(`${LINE.replace('"priority":2', '"priority":1')},${at("priority")},"other":9007199254740993}`);
  const merged = text(merge(base, ours, theirs));
  expect(merged).toContain('"n":1.10');
  expect(merged).toContain('"other":9007199254740993');
  expect(merged).toMatch(/"title":"ours".*"priority":1/);
});

test("half a surrogate pair is U+FFFD wherever it comes in, and in lines that hold one already", async () => {
  const store = await newStore();
  await add(store, {
    title: "lone \ud83d",
    id: "tt-a",
    description: "\udfff5",
    metadata: { k: ["\ud800"] },
    labels: ["\udc00"],
  });
  await write(store, (snapshot, act) => comment(snapshot, act, { id: "tt-a", text: "half \ud83d" }));
  const stored = git(store.gitDir, "show", "main:issues/2f.jsonl");
  expect(stored).not.toMatch(/\\ud/i);
  expect(stored).toContain('"title":"lone \ufffd","description":"\ufffd5"');
  expect(stored).toContain("half \ufffd");
  expect(decodeIssue(String.raw`${LINE.replace('"t"', '"x \\ud83d"')}}`)).toMatchObject({
    issue: { title: "x \ufffd" },
  });
});

test("a line nested deeper than 64 levels is a bad line with its place, and the others are read", () => {
  const deep = `${LINE},"metadata":{"x":${"[".repeat(64)}${"]".repeat(64)}}}`;
  const shard = parseShard("2f", `${deep}\n`);
  expect(shard.problems).toMatchObject([{ file: "issues/2f.jsonl", line: 1, id: "tt-a", column: expect.any(Number) }]);
  expect(shard.problems[0]?.reason).toContain("nested deeper than 64 levels");
});

test("a metadata value nested too deeply is refused before it is written", async () => {
  const store = await newStore();
  let deep: unknown = 1;
  for (let n = 0; n < 70; n++) deep = [deep];
  await expect(add(store, { title: "A", metadata: { deep } })).rejects.toThrow("nested deeper than 64 levels");
});

const MIB = 2 ** 20;
const LARGE = "x".repeat(MIB + 1);

test.each<[string, (snapshot: Snapshot, act: Act) => Decision<unknown>, string]>([
  ["create", (s, act) => create(s, act, { title: "B", type: "task", priority: 2, description: LARGE }), "description"],
  ["update", (s, act) => update(s, act, { id: "tt-a", design: LARGE }), "design"],
  ["metadata", (s, act) => update(s, act, { id: "tt-a", setMetadata: { log: [LARGE] } }), "metadata.log"],
  ["note", (s, act) => update(s, act, { id: "tt-a", appendNotes: "é".repeat(MIB / 2 + 1) }), "notes"],
  ["comment", (s, act) => comment(s, act, { id: "tt-a", text: LARGE }), "comment"],
  ["remember", (s, act) => remember(s, act, { value: LARGE }), "the memory"],
])("%s refuses a field of more than 1 MiB, with its size", async (_name, decide, what) => {
  const store = await newStore();
  await add(store, { title: "A", id: "tt-a" });
  const tip = store.tip();
  await expect(write(store, decide)).rejects.toThrow(new RegExp(`${what}.* is too large: 1\\.0 MB \\(\\d+ bytes\\)`));
  expect(store.tip()).toBe(tip);
});

test("a field of just 1 MiB is taken, and one that was too large before does not stop other edits", async () => {
  const store = await newStore();
  await add(store, { title: "A", id: "tt-a", description: "x".repeat(MIB) });
  await write(store, (snapshot, act) => update(snapshot, act, { id: "tt-a", title: "B" }));
  expect(store.snapshot().issue("tt-a")?.title).toBe("B");
});

test("control characters of a title drive no terminal through git log", async () => {
  const store = await newStore();
  await add(store, { title: "red \u001b[31m bell \u0007 back \u202e" });
  const subject = git(store.gitDir, "log", "-1", "--format=%B%an", "main");
  // oxlint-disable-next-line no-control-regex
  expect(subject).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(subject).toContain("red ␛[31m bell ␇ back");
});

test("a child gets the next number, whatever number an id from elsewhere ends in", async () => {
  const store = await newStore();
  await add(store, { title: "A", id: "tt-a" });
  await add(store, { title: "far", id: "tt-a.9007199254740993" });
  await add(store, { title: "two", id: "tt-a.2" });
  expect((await add(store, { title: "next", parent: "tt-a" })).id).toBe("tt-a.3");
});

test("the last child number is the last, and said", async () => {
  const store = await newStore();
  await add(store, { title: "A", id: "tt-a" });
  await add(store, { title: "almost", id: "tt-a.999999998" });
  expect((await add(store, { title: "last", parent: "tt-a" })).id).toBe("tt-a.999999999");
  await expect(add(store, { title: "none", parent: "tt-a" })).rejects.toThrow("no child number left");
});

test("a forgotten memory stays forgotten after a sync with a home that has the old text, unless it is written again", () => {
  const edit = (files: Files, now: number, decide: (s: Snapshot, act: Act) => Decision<unknown>): Files => {
    const act = acting({ now });
    const decision = decide(snapshotOf(files), act);
    if (decision.kind !== "commit" || decision.memories === undefined) throw new Error("no change");
    return { ...files, memories: encodeMemories(decision.memories) };
  };
  const first = edit(EMPTY, NOON, (s, act) => remember(s, act, { key: "k", value: "old" }));
  const second = edit(first, NOON + 1, (s, act) => remember(s, act, { key: "k", value: "new" }));
  const gone = edit(second, NOON + 2, (s, act) => forget(s, act, "k"));
  for (const old of [first, second])
    for (const both of [merge(undefined, gone, old), merge(undefined, old, gone)]) {
      expect([...memoriesOf(snapshotOf(both)).values]).toEqual([]);
      expect(both.memories).toBe(gone.memories);
    }
  // An older text of it is no second memory.
  expect([...memoriesOf(snapshotOf(merge(undefined, first, second))).values]).toEqual([["k", "new"]]);
  const again = edit(gone, NOON + 3, (s, act) => remember(s, act, { key: "k", value: "old" }));
  expect([...memoriesOf(snapshotOf(merge(undefined, gone, again))).values]).toEqual([["k", "old"]]);
  expect([...memoriesOf(snapshotOf(merge(undefined, again, second))).values]).toEqual([["k", "old"]]);
});
