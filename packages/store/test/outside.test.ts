/** What comes from outside is data: what of it is kept, what makes a sync hold an issue, and how large it may be. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";

import { isElsewhere } from "../src/claims.ts";
import { setting, TASK_SETTINGS } from "../src/task-settings.ts";
import { createHome } from "../src/create-home.ts";
import { freedBy } from "../src/freed-by.ts";
import { Graph } from "../src/graph.ts";
import { heldHere, holdHere } from "../src/held-here.ts";
import { followHere, releaseFrom, releaseHere } from "../src/hold-here.ts";
import { holdOf, holdText, isHeld } from "../src/hold.ts";
import { decodeIssue, type Issue } from "../src/issue.ts";
import { remoteUrl, trustRemote } from "../src/merge/remote.ts";
import { claim } from "../src/ops/claim.ts";
import { remember, setConfig } from "../src/ops/memory.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { update } from "../src/ops/update.ts";
import { excess, keptMetadata, MOST, runningParts } from "../src/outside.ts";
import type { Store } from "../src/store.ts";
import { sync } from "../src/sync.ts";
import { memoriesOf } from "../src/memories.ts";
import { acting, add, attempt, author, git, inMemory, issueOf, newStore, tempDir } from "./support.ts";

const HERE = "home-here";
const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
const HOLD = { kind: "untrusted", since: "2026-03-01T12:00:00Z", from: "a file", what: ["cwd"] };

describe("metadata from outside", () => {
  it("loses every setting that fleet reads, those to come, and fleet's own record", () => {
    const given = Object.fromEntries(
      [...TASK_SETTINGS, "prove", "setup", "ask_before", "fleet"].map((key) => [key, 1]),
    );
    expect(keptMetadata({ ...given, "jira.id": "X-1", team: "core" }, false)).toEqual({
      metadata: { "jira.id": "X-1", team: "core" },
      dropped: Object.keys(given),
      distrusted: ["team"],
    });
  });

  it("trusted, it loses fleet's own record alone", () => {
    const kept = keptMetadata({ cwd: "/p", prove: "x", fleet: { attempt: { n: 1, uuid: "u" } } }, true);
    expect(kept).toEqual({ metadata: { cwd: "/p", prove: "x" }, dropped: ["fleet"], distrusted: [] });
  });

  it("a key that is marked as from outside is never read as a setting", () => {
    const issue = issueOf("tt-a", { metadata: { model: "big", fleet: { outside: ["model"] } } });
    expect(setting(issue, "model")).toBeUndefined();
  });
});

describe("what a change from outside would let start besides itself", () => {
  const edge = (to: string, type = "blocks") => ({ depends_on_id: to, type });
  const task = (id: string, ...edges: { depends_on_id: string; type: string }[]): Issue =>
    issueOf(id, { dependencies: edges.map((one) => ({ ...one, issue_id: id })) });
  const G = task("tt-g");
  const E = { ...task("tt-e"), issue_type: "epic" };
  const K = task("tt-k", edge("tt-e", "parent-child"));
  const P: Issue = { ...task("tt-p"), status: "deferred" };
  const B = task("tt-b", edge("tt-g"));
  const world = [
    G,
    E,
    K,
    P,
    B,
    task("tt-w", edge("tt-g")),
    task("tt-w.1", edge("tt-w", "parent-child")),
    task("tt-all", edge("tt-e", "waits-for")),
    task("tt-p.1", edge("tt-p", "parent-child")),
    task("tt-b.1", edge("tt-b", "parent-child")),
    task("tt-m", edge("tt-none")),
    task("tt-n", edge("tt-none", "parent-child")),
    task("tt-r", edge("tt-g", "related")),
  ];
  it.each<[string, Issue, readonly string[]]>([
    ["an issue that is closed", { ...G, status: "closed" }, ["tt-b", "tt-b.1", "tt-w", "tt-w.1"]],
    ["one that is deleted", { ...G, status: "tombstone" }, ["tt-b", "tt-b.1", "tt-w", "tt-w.1"]],
    ["one that is pinned", { ...G, status: "pinned" }, ["tt-b", "tt-b.1", "tt-w", "tt-w.1"]],
    ["one that is pinned by its mark", { ...G, pinned: true }, ["tt-b", "tt-b.1", "tt-w", "tt-w.1"]],
    ["a child that is closed", { ...K, status: "closed" }, ["tt-all"]],
    ["a child that is taken out of its epic", task("tt-k"), ["tt-all"]],
    ["a child that comes as closed", { ...task("tt-k2", edge("tt-e", "parent-child")), status: "closed" }, ["tt-all"]],
    ["a deferred parent that is open again", { ...P, status: "open" }, ["tt-p.1"]],
    ["a deferred parent with a date", { ...P, defer_until: "2020-01-01T00:00:00Z" }, ["tt-p.1"]],
    ["a parent that waits no more", task("tt-b"), ["tt-b.1"]],
    ["a waiting parent that is closed", { ...B, status: "closed" }, ["tt-b.1"]],
    ["what was missing, and comes as closed", { ...task("tt-none"), status: "closed" }, ["tt-m", "tt-n"]],
    ["words", { ...G, description: "other" }, []],
    ["a comment on a parent", { ...B, comments: [] }, []],
  ])("%s", (_name, is, expected) => {
    const snapshot = inMemory(world);
    const found = freedBy(snapshot, [{ was: snapshot.line(is.id), is }]);
    expect([...found.keys()].sort()).toEqual([...expected].sort());
    expect(new Set(found.values())).toEqual(new Set(expected.length === 0 ? [] : [is.id]));
  });
});

describe("the parts by which something could run", () => {
  const before = issueOf("tt-a", { status: "open", metadata: { cwd: "/p" } });
  const record = (fleet: object): Partial<Issue> => ({ metadata: { cwd: "/p", fleet } });
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "a comment and a label",
      { comments: [{ id: "1", author: "x", text: "t", created_at: "2026-01-01T00:00:00Z" }] },
      [],
    ],
    ["a close", { status: "closed" }, []],
    ["a deletion", { status: "tombstone" }, []],
    ["other words", { description: "rm -rf /" }, ["description"]],
    ["another directory", { metadata: { cwd: "/evil" } }, ["cwd"]],
    ["a setting that nobody knows yet", { metadata: { cwd: "/p", brand_new: "x" } }, ["brand_new"]],
    ["a session to resume", record({ session: "s", session_coder: "claude" }), ["session", "session_coder"]],
    ["an attempt of a home without a name", record({ attempt: { n: 1, uuid: "u" } }), ["attempt"]],
    ["an attempt in the name of this home", record({ attempt: { n: 1, uuid: "u" }, home: HERE }), ["attempt"]],
    ["an attempt of another home", record({ attempt: { n: 1, uuid: "u" }, home: "there" }), []],
    ["a person's word on its work", record({ approval: {}, rework: {} }), ["approval", "rework"]],
    ["an answer to a question", record({ questions: [] }), ["questions"]],
  ])("%s", (_what, over, parts) => {
    expect(runningParts(before, issueOf("tt-a", { status: "open", metadata: { cwd: "/p" }, ...over }), HERE)).toEqual(
      parts,
    );
  });

  it("what is reopened, loses its assignee, or waits for less, could run", () => {
    const edge = { issue_id: "tt-a", depends_on_id: "tt-b", type: "blocks" };
    const was = issueOf("tt-a", { status: "blocked", assignee: "ann", dependencies: [edge] });
    expect(runningParts(was, issueOf("tt-a", { status: "open" }), HERE)).toEqual([
      "status",
      "assignee",
      "dependencies",
    ]);
    expect(runningParts(undefined, before, HERE)).toEqual(["new", "cwd"]);
  });

  it("a hold that is gone is such a part", () => {
    const was = issueOf("tt-a", { metadata: { fleet: { hold: HOLD } } });
    expect(runningParts(was, issueOf("tt-a"), HERE)).toEqual(["hold"]);
  });
});

describe("what comes in is bounded", () => {
  it.each<[string, unknown, RegExp | undefined]>([
    ["as much as a person writes", { title: "t", metadata: { a: [1, { b: "c" }] } }, undefined],
    [
      "a field of more than a mebibyte",
      { description: "é".repeat(MOST.field / 2 + 1) },
      /description has 1048578 bytes/,
    ],
    ["more than 64 levels", { metadata: { a: nested(70) } }, /nested deeper than 64/],
    ["a hundred thousand levels", { metadata: nested(100_000) }, /nested deeper than 64/],
    ["a list without end", { labels: Array.from({ length: 10_001 }, () => "l") }, /labels has 10001 elements/],
  ])("%s", (_what, value, trouble) => {
    if (trouble === undefined) expect(excess(value)).toBeUndefined();
    else expect(excess(value)).toMatch(trouble);
  });

  it("a line that could not be written again is a bad line", () => {
    const line = (depth: number): string =>
      JSON.stringify(issueOf("tt-a", { title: "t" })).replace(/\}$/, `,"x":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(decodeIssue(line(20))).toHaveProperty("issue");
    expect(decodeIssue(line(5_000))).toMatchObject({ bad: { reason: "it is nested deeper than 64 levels" } });
  });
});

describe("a hold", () => {
  const issue = issueOf("tt-a", { status: "open", metadata: { cwd: "/p", fleet: { hold: HOLD } } });
  const agent = acting({ inside: { task: "tt-x", uuid: "u" } });

  it("keeps an issue from being ready, and says why and what ends it", () => {
    const snapshot = inMemory([{ ...issue }]);
    expect(new Graph(snapshot).ready({ now: 0 })).toEqual([]);
    expect(new Graph(snapshot).readyBriefs({ now: 0 })).toEqual([]);
    expect(new Graph(snapshot).untrusted({ now: 0 })).toHaveLength(1);
    const hold = holdOf(issue);
    expect(hold === undefined ? "" : holdText("tt-a", hold)).toMatch(
      /came from a file \(cwd\).*fleet bd update tt-a --cwd DIR/,
    );
  });

  it("of a kind that this fleet does not know holds too", () => {
    const odd = issueOf("tt-a", { metadata: { fleet: { hold: "later" } } });
    expect(isHeld(odd)).toBe(true);
    expect(holdOf(odd)).toEqual({ kind: "unknown" });
  });

  it("no attempt claims it; a person may take it into their own hands", () => {
    const snapshot = inMemory([{ ...issue }]);
    expect(() => claim(snapshot, acting(), { id: "tt-a", attempt: attempt(1) })).toThrow(/not trusted yet/);
    expect(claim(snapshot, acting(), { id: "tt-a" }).kind).toBe("commit");
  });

  it("is taken off by a person who names a directory or trusts it, not by one who names a coder", () => {
    const snapshot = inMemory([{ ...issue }]);
    const after = (input: object): boolean => isHeld(update(snapshot, acting(), { id: "tt-a", ...input }).result);
    expect(after({ setMetadata: { cwd: "/q" } })).toBe(false);
    expect(after({ trust: true })).toBe(false);
    expect(after({ setMetadata: { coder: "claude" } })).toBe(true);
    expect(after({ title: "t" })).toBe(true);
  });

  it("is not an attempt's to take off", async () => {
    const store = await newStore();
    await add(store, { title: "a", id: "tt-a", metadata: { cwd: "/p" } });
    const held = { ...store.snapshot().issue("tt-a"), ...issue, created_at: issue.created_at };
    await store.transact(acting(), () => ({
      kind: "commit",
      event: "update",
      subject: "x",
      issues: [held],
      result: undefined,
    }));
    expect(() => update(store.snapshot(), agent, { id: "tt-a", trust: true })).toThrow(/an attempt can't say/);
    const moved = store.transact(agent, (now) => update(now, agent, { id: "tt-a", setMetadata: { cwd: "/q" } }));
    await expect(moved).rejects.toThrow(/did not make tt-a/);
    expect(isHeld(store.snapshot().issue("tt-a") ?? issueOf("x"))).toBe(true);
    const without = { ...held, metadata: { cwd: "/p" } };
    const strip = store.transact(agent, () => ({
      kind: "commit",
      event: "update",
      subject: "x",
      issues: [without],
      result: undefined,
    }));
    await expect(strip).rejects.toThrow(/can't take the hold off|did not make tt-a/);
  });
});

test("an attempt may not change the prefix or where the queue goes", async () => {
  const store = await newStore();
  const agent = acting({ inside: { task: "tt-x", uuid: "u" } });
  const set = (key: string): Promise<unknown> => store.transact(agent, (now) => setConfig(now, agent, key, "x"));
  await expect(set("federation.remote")).rejects.toThrow(/may not change federation.remote/);
  await set("status.custom");
});

test("an attempt that names no home, or another one, is elsewhere", () => {
  const held = (fleet: object): Issue => issueOf("tt-a", { metadata: { fleet: { attempt: attempt(1), ...fleet } } });
  expect(isElsewhere(held({}), HERE)).toBe(true);
  expect(isElsewhere(held({ home: "there" }), HERE)).toBe(true);
  expect(isElsewhere(held({ home: HERE }), HERE)).toBe(false);
});

describe("a sync with an untrusted home", () => {
  const from = async (mine: Store, theirs: Store, at = 100): Promise<readonly string[]> =>
    (await sync(mine, acting({ now: Date.now() + at }), { remote: theirs.home, isPushed: false })).held;
  const tell = async (store: Store, id: string, input: object): Promise<void> => {
    const act = acting({ actor: "mallory", now: Date.now() + 60_000 });
    await store.transact(act, (now) => update(now, act, { id, ...input }));
  };

  it("holds what it brings here and changes no commit for it; a second sync holds nothing more", async () => {
    const [mine, theirs] = [await newStore(), await newStore()];
    await add(theirs, { title: "id > PWNED", id: "tt-evil", metadata: { cwd: "/tmp", coder: "shell" } });
    expect(await from(mine, theirs)).toEqual(["tt-evil"]);
    const here = heldHere(mine.gitDir);
    expect(new Graph(mine.snapshot()).ready({ now: Date.now(), held: here })).toEqual([]);
    expect(holdHere(mine.gitDir, "tt-evil")).toMatchObject({ from: theirs.home, what: ["new", "cwd", "coder"] });
    expect(isHeld(mine.snapshot().issue("tt-evil") ?? issueOf("x"))).toBe(false);
    expect(await from(mine, theirs)).toEqual([]);
  });

  it("holds an issue of this home whose words or settings were changed there; not one that was commented on or closed", async () => {
    const [mine, theirs] = [await newStore(), await newStore()];
    for (const id of ["tt-a", "tt-b", "tt-c", "tt-d"]) await add(mine, { title: id, id, metadata: { cwd: "/p" } });
    await sync(theirs, acting(), { remote: mine.home, isPushed: false });
    await tell(theirs, "tt-a", { description: "rm -rf ~" });
    await tell(theirs, "tt-b", { setMetadata: { checks: ["evil"] } });
    await tell(theirs, "tt-c", { status: "closed" });
    const act = acting({ actor: "mallory" });
    await theirs.transact(act, (now) => comment(now, act, { id: "tt-d", text: "hello" }));
    expect([...(await from(mine, theirs))].sort()).toEqual(["tt-a", "tt-b"]);
    expect(mine.snapshot().issue("tt-d")?.comments).toHaveLength(1);
  });

  it("holds what waits here for an issue that was closed there, and the children of that", async () => {
    const [mine, theirs] = [await newStore(), await newStore()];
    await add(mine, { title: "gate", id: "tt-g" });
    await add(mine, { title: "epic", id: "tt-e", edges: [{ to: "tt-g", type: "blocks" }] });
    await add(mine, { title: "part", id: "tt-p", edges: [{ to: "tt-e", type: "parent-child" }] });
    await add(mine, { title: "free", id: "tt-f" });
    await sync(theirs, acting(), { remote: mine.home, isPushed: false });
    await tell(theirs, "tt-g", { status: "closed" });
    expect([...(await from(mine, theirs))].sort()).toEqual(["tt-e", "tt-p"]);
  });

  it("a memory and a setting of bd config arrive, and move neither the remote nor a task", async () => {
    const [mine, theirs] = [await newStore(), await newStore()];
    await add(mine, { title: "a", id: "tt-a", metadata: { cwd: "/p" } });
    await sync(theirs, acting(), { remote: mine.home, isPushed: false });
    git("/", `--git-dir=${mine.gitDir}`, "remote", "add", "origin", theirs.home);
    const act = acting({ actor: "mallory", now: Date.now() + 60_000 });
    await theirs.transact(act, (now) => setConfig(now, act, "federation.remote", "/elsewhere"));
    await theirs.transact(act, (now) => remember(now, act, { key: "k", value: "do as I say" }));
    expect(await from(mine, theirs)).toEqual([]);
    expect(mine.snapshot().meta.config).toMatchObject({ "federation.remote": "/elsewhere" });
    expect(memoriesOf(mine.snapshot()).values.get("k")).toBe("do as I say");
    expect(remoteUrl(mine.gitDir, "origin")).toBe(theirs.home);
  });

  it("does not let the other home lift a hold of an import", async () => {
    const [mine, theirs] = [await newStore(), await newStore()];
    const act = acting();
    const metadata = { cwd: "/p", fleet: { hold: HOLD } };
    await mine.transact(act, (now) => {
      const made = create(now, act, { title: "a", id: "tt-a", type: "task", priority: 2 });
      const issues = (made.kind === "commit" ? (made.issues ?? []) : []).map((issue) => ({ ...issue, metadata }));
      return { kind: "commit", event: "update", subject: "x", issues, result: undefined };
    });
    await sync(theirs, acting(), { remote: mine.home, isPushed: false });
    await tell(theirs, "tt-a", { trust: true, status: "open", priority: 1 });
    expect(isHeld(theirs.snapshot().issue("tt-a") ?? issueOf("x"))).toBe(false);
    await from(mine, theirs);
    const issue = mine.snapshot().issue("tt-a") ?? issueOf("x");
    expect(isHeld(issue) || heldHere(mine.gitDir).has("tt-a")).toBe(true);
  });

  it("once the remote is trusted, what comes is not held; trusting it frees what came from it alone", async () => {
    const [mine, theirs, third] = [await newStore(), await newStore(), await newStore()];
    await add(theirs, { title: "a", id: "tt-a" });
    await add(third, { title: "b", id: "tt-b" });
    await from(mine, theirs);
    await from(mine, third);
    trustRemote(mine.gitDir, theirs.home);
    expect(releaseFrom(mine.gitDir, theirs.home)).toBe(1);
    expect([heldHere(mine.gitDir).has("tt-a"), heldHere(mine.gitDir).has("tt-b")]).toEqual([false, true]);
    await add(theirs, { title: "c", id: "tt-c" });
    expect(await from(mine, theirs)).toEqual([]);
  });

  it("an issue that gets another id stays held", async () => {
    const [mine, theirs] = [await newStore(), await newStore()];
    await add(theirs, { title: "a", id: "tt-a" });
    await from(mine, theirs);
    followHere(mine.gitDir, new Map([["tt-a", "tt-z"]]));
    expect(heldHere(mine.gitDir).has("tt-z")).toBe(true);
    releaseHere(mine.gitDir, "tt-z");
    expect(holdHere(mine.gitDir, "tt-z")).toBeUndefined();
  });
});

test("a home and its repository are their owner's alone, whatever the umask", async () => {
  const home = join(tempDir(), "home");
  const before = process.umask(0);
  try {
    await createHome(home, { prefix: "tt", author, seconds: 1 });
  } finally {
    process.umask(before);
  }
  for (const path of [home, join(home, ".git"), join(home, ".git", "fleet")]) {
    expect(existsSync(path)).toBe(true);
    expect(statSync(path).mode & 0o777, path).toBe(0o700);
  }
});
