/** The operations as pure decisions: claim, close, update, edges, delete, create (as beads 1.0.5). */
import { expect, test } from "vitest";

import { fleetRecord } from "../src/fleet-record.ts";
import { asEdgeType } from "../src/status.ts";
import type { Act, Change, Decision } from "../src/decision.ts";
import type { Issue } from "../src/issue.ts";
import { claim } from "../src/ops/claim.ts";
import { close, reopen } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { addEdge, removeEdge } from "../src/ops/edges.ts";
import { remove } from "../src/ops/remove.ts";
import { retry } from "../src/ops/settle.ts";
import { type Update, update } from "../src/ops/update.ts";
import { shardOf } from "../src/shard.ts";
import { acting, attempt, edge, inMemory, issueOf, NOON } from "./support.ts";

const now = "2026-03-01T12:00:00.000Z";
const x = (over: object = {}): Issue => issueOf("tt-x", { created_at: "2026-02-01T00:00:00.000Z", ...over });

function changed<R>(decision: Decision<R>): Change & { readonly result: R } {
  if (decision.kind !== "commit") throw new Error("nothing is written");
  return decision;
}
const first = <R>(decision: Decision<R>): Issue => changed(decision).issues?.[0] ?? issueOf("none");

test.each([
  ["open, unassigned", {}, "claimed"],
  ["open, assigned to the same", { assignee: "ann" }, "claimed"],
  ["in progress by the same", { status: "in_progress", assignee: "ann" }, "same"],
  ["open, assigned to another", { assignee: "bob" }, "issue already claimed by bob"],
  ["in progress by another", { status: "in_progress", assignee: "bob" }, "issue already claimed by bob"],
  ["closed by another", { status: "closed", assignee: "bob" }, "issue already claimed by bob"],
  ["in progress by nobody", { status: "in_progress" }, "issue not claimable: status in_progress"],
  ["blocked", { status: "blocked" }, "issue not claimable: status blocked"],
  ["deferred until a past day", { status: "deferred", defer_until: "2026-01-01T00:00:00Z" }, "claimed"],
  [
    "deferred until later",
    { status: "deferred", defer_until: "2027-01-01T00:00:00Z" },
    "issue not claimable: status deferred",
  ],
  ["deferred, own", { status: "deferred", assignee: "ann" }, "issue not claimable: status deferred"],
  ["closed", { status: "closed" }, "issue not claimable: status closed"],
  ["held up by an edge", { dependencies: [edge("tt-x", "tt-y")] }, "claimed"],
  [
    "an attempt is not settled",
    { metadata: { fleet: { attempt: attempt(3) } } },
    "issue not claimable: attempt 3 on it is not settled yet",
  ],
  [
    "a record nobody understands",
    { metadata: { fleet: { attempt: "three" } } },
    "issue not claimable: metadata.fleet on it can't be understood",
  ],
])("claim when %s", (_what, over, expected) => {
  const snapshot = inMemory([x(over), issueOf("tt-y")]);
  const act = acting();
  const doClaim = (): Decision<Issue> => claim(snapshot, act, { id: "tt-x" });
  if (expected === "claimed") {
    expect(first(doClaim())).toMatchObject({
      status: "in_progress",
      assignee: "ann",
      started_at: now,
      updated_at: now,
    });
    expect(first(update(snapshot, act, { id: "tt-x", claim: true, notes: "n" }))).toMatchObject({
      assignee: "ann",
      notes: "n",
    });
  } else if (expected === "same") {
    expect(doClaim()).toEqual({ kind: "none", result: x(over) });
  } else {
    expect(doClaim).toThrow(expected);
    expect(() => update(snapshot, act, { id: "tt-x", claim: true })).toThrow(expected);
  }
});

test("a claim for an attempt records its uuid; another attempt of the same name does not get it", () => {
  const act = acting({ actor: "claude/7f3a" });
  const held = first(claim(inMemory([x()]), act, { id: "tt-x", attempt: attempt(2) }));
  expect(held.metadata).toMatchObject({
    fleet: { attempt: attempt(2), attempts: 2, bases: [{ uuid: attempt(2).uuid }] },
  });
  const again = inMemory([held]);
  expect(claim(again, act, { id: "tt-x", attempt: attempt(2) }).kind).toBe("none");
  expect(() => claim(again, act, { id: "tt-x", attempt: attempt(3) })).toThrow(/already claimed by attempt 2/);
  const byHand = inMemory([x({ status: "in_progress", assignee: "claude/7f3a" })]);
  expect(() => claim(byHand, act, { id: "tt-x", attempt: attempt(1) })).toThrow(/for no attempt/);
});

test("started_at is set once", () => {
  const snapshot = inMemory([x({ started_at: "2026-02-02T00:00:00Z" })]);
  expect(first(claim(snapshot, acting(), { id: "tt-x" })).started_at).toBe("2026-02-02T00:00:00Z");
});

const kids = (n: number, over: object = {}): Issue[] =>
  Array.from({ length: n }, (_, i) =>
    issueOf(`tt-x.${i + 1}`, { dependencies: [edge(`tt-x.${i + 1}`, "tt-x", "parent-child")], ...over }),
  );

test.each<[string, object, Issue[], string | undefined]>([
  ["nothing in the way", {}, [], undefined],
  ["pinned", { pinned: true }, [], "cannot modify pinned issue tt-x (use --force to override)"],
  ["status pinned", { status: "pinned" }, [], "cannot modify pinned issue tt-x (use --force to override)"],
  [
    "an epic with open children",
    { issue_type: "epic" },
    kids(2),
    "cannot close epic tt-x: 2 open child issue(s); close children first or use --force to override",
  ],
  ["an epic with closed children", { issue_type: "epic" }, kids(2, { status: "closed" }), undefined],
  ["a parent that is no epic", {}, kids(2), undefined],
  [
    "open blockers",
    { dependencies: [edge("tt-x", "tt-a"), edge("tt-x", "tt-b")] },
    [issueOf("tt-a"), issueOf("tt-b")],
    "cannot close tt-x: blocked by open issues [tt-a tt-b] (use --force to override)",
  ],
  ["closed blockers", { dependencies: [edge("tt-x", "tt-a")] }, [issueOf("tt-a", { status: "closed" })], undefined],
  [
    "held up through its parent only",
    { dependencies: [edge("tt-x", "tt-p", "parent-child")] },
    [issueOf("tt-p", { dependencies: [edge("tt-p", "tt-a")] }), issueOf("tt-a")],
    undefined,
  ],
  ["closed already", { status: "closed", closed_at: "2026-02-03T00:00:00Z", close_reason: "old" }, [], undefined],
])("close with %s", (_what, over, others, refusal) => {
  const snapshot = inMemory([x(over), ...others]);
  const doClose = (force: boolean): Issue => first(close(snapshot, acting(), { id: "tt-x", reason: "done", force }));
  const asClosed = { status: "closed", closed_at: now, close_reason: "done", updated_at: now };
  if (refusal === undefined) expect(doClose(false)).toMatchObject(asClosed);
  else {
    expect(() => doClose(false)).toThrow(refusal);
    expect(doClose(true)).toMatchObject(asClosed);
  }
});

test("reopen clears what closing set; reopening the open writes nothing", () => {
  const closed = x({ status: "closed", closed_at: now, close_reason: "r" });
  const again = first(reopen(inMemory([closed]), acting(), { id: "tt-x" }));
  expect(again).toMatchObject({ status: "open" });
  expect("closed_at" in again || "close_reason" in again).toBe(false);
  expect(reopen(inMemory([x()]), acting(), { id: "tt-x" }).kind).toBe("none");
});

const DONE = { bases: [{ uuid: "u", at: now }], grade: "checked", accepted_by: "Ann", tries: 1 };
const LANDS = { ...DONE, landing: { attempt: { n: 1, uuid: "u" }, at: now, reason: "done" } };
const closedBy = (fleet: object) => x({ status: "closed", closed_at: now, metadata: { fleet } });
const landsBy = (fleet: object) => x({ status: "in_progress", metadata: { fleet } });

test.each<[string, Issue, (issue: Issue) => Issue, object]>([
  ["bd reopen", closedBy(DONE), (it) => first(reopen(inMemory([it]), acting(), { id: "tt-x" })), {}],
  ["fleet retry", closedBy(DONE), (it) => first(retry(inMemory([it]), acting(), { id: "tt-x" })), {}],
  [
    "a status that is set by hand",
    closedBy(DONE),
    (it) => first(update(inMemory([it]), acting(), { id: "tt-x", status: "open" })),
    { tries: 1 },
  ],
])("%s of what was closed: its work begins anew, and no grade is left of what it was", (_what, was, open, left) => {
  expect(fleetRecord(open(was))).toEqual(left);
});

test.each<[string, (issue: Issue) => Issue, object]>([
  ["fleet retry", (it) => first(retry(inMemory([it]), acting(), { id: "tt-x" })), {}],
  [
    "a status that is set by hand",
    (it) => first(update(inMemory([it]), acting(), { id: "tt-x", status: "open" })),
    { tries: 1 },
  ],
])("%s of what has not landed: its work goes on from where it began, and no grade is left", (_what, open, left) => {
  expect(fleetRecord(open(landsBy(LANDS)))).toEqual({ bases: DONE.bases, ...left });
});

test("what is closed by hand before it landed keeps the grade of its work", () => {
  const closed = first(close(inMemory([landsBy(LANDS)]), acting(), { id: "tt-x", reason: "by hand", force: true }));
  expect(fleetRecord(closed)).toMatchObject({ grade: "checked", accepted_by: "Ann" });
  expect(fleetRecord(closed)).not.toHaveProperty("landing");
});

test.each<[string, object, Omit<Update, "id">, object]>([
  ["status in_progress", {}, { status: "in_progress" }, { status: "in_progress", started_at: now }],
  ["status closed", {}, { status: "closed" }, { status: "closed", closed_at: now, close_reason: undefined }],
  ["status closed skips the guards", { pinned: true }, { status: "closed" }, { status: "closed" }],
  [
    "status open",
    { status: "closed", closed_at: now, close_reason: "r" },
    { status: "open" },
    { status: "open", closed_at: undefined, close_reason: undefined },
  ],
  ["defer", {}, { defer_until: "2026-04-01T00:00:00Z" }, { status: "deferred", defer_until: "2026-04-01T00:00:00Z" }],
  [
    "defer into the past",
    {},
    { defer_until: "2026-01-01T00:00:00Z" },
    { status: "open", defer_until: "2026-01-01T00:00:00Z" },
  ],
  [
    "undefer",
    { status: "deferred", defer_until: "2026-04-01T00:00:00Z" },
    { defer_until: "" },
    { status: "open", defer_until: undefined },
  ],
  [
    "defer anew, without a date, what was put off to a past day",
    { defer_until: "2026-01-01T00:00:00Z" },
    { status: "deferred" },
    { status: "deferred", defer_until: undefined },
  ],
  [
    "defer anew, without a date, what is put off to a later day",
    { defer_until: "2026-04-01T00:00:00Z" },
    { status: "deferred" },
    { status: "deferred", defer_until: "2026-04-01T00:00:00Z" },
  ],
  ["due", { due_at: now }, { due_at: "" }, { due_at: undefined }],
  ["assignee", { assignee: "bob" }, { assignee: "" }, { assignee: undefined }],
  ["notes", { notes: "a" }, { notes: "b" }, { notes: "b" }],
  ["append notes", { notes: "a" }, { appendNotes: "b" }, { notes: "a\nb" }],
  ["append to no notes", {}, { appendNotes: "b" }, { notes: "b" }],
  ["labels", { labels: ["b"] }, { addLabels: ["a", "b"], removeLabels: ["c"] }, { labels: ["a", "b"] }],
  ["set labels", { labels: ["b"] }, { setLabels: ["z", "y"] }, { labels: ["y", "z"] }],
  [
    "metadata",
    { metadata: { a: 1, b: 2, fleet: { tries: 1 } } },
    { setMetadata: { c: 3 }, unsetMetadata: ["a"] },
    { metadata: { b: 2, c: 3, fleet: { tries: 1 } } },
  ],
  [
    "parent",
    {},
    { parent: "tt-p" },
    { dependencies: [expect.objectContaining({ depends_on_id: "tt-p", type: "parent-child" })] },
  ],
  [
    "no parent",
    { dependencies: [edge("tt-x", "tt-p", "parent-child"), edge("tt-x", "tt-p2")] },
    { parent: "" },
    { dependencies: [expect.objectContaining({ depends_on_id: "tt-p2" })] },
  ],
  [
    "title, type, priority",
    {},
    { title: "T", type: "bug", priority: 0 },
    { title: "T", issue_type: "bug", priority: 0 },
  ],
])("update: %s", (_what, over, input, expected) => {
  const snapshot = inMemory([x(over), issueOf("tt-p")]);
  const next = first(update(snapshot, acting(), { id: "tt-x", ...input }));
  expect(next).toMatchObject({
    updated_at: now,
    ...Object.fromEntries(Object.entries(expected).filter(([, v]) => v !== undefined)),
  });
  for (const [name, value] of Object.entries(expected)) if (value === undefined) expect(next).not.toHaveProperty(name);
});

test.each<[string, Omit<Update, "id">, RegExp]>([
  ["an empty title", { title: " " }, /title is required/],
  ["a title of 501 bytes", { title: "é".repeat(251) }, /500 characters or less \(got 502\)/],
  ["itself as parent", { parent: "tt-x" }, /self-dependency/],
  ["its child as parent", { parent: "tt-x.1" }, /cycle/],
  ["fleet's record", { setMetadata: { fleet: {} } }, /fleet's own record/],
  ["fleet's record away", { unsetMetadata: ["fleet"] }, /fleet's own record/],
])("update refuses %s", (_what, input, refusal) => {
  expect(() => update(inMemory([x(), ...kids(1)]), acting(), { id: "tt-x", ...input })).toThrow(refusal);
});

test("a clock that stepped back makes no time earlier than the creation", () => {
  const snapshot = inMemory([x({ created_at: "2026-05-01T00:00:00.000Z", updated_at: "2026-05-01T00:00:00.000Z" })]);
  const late = "2026-05-01T00:00:00.000Z";
  expect(first(close(snapshot, acting(), { id: "tt-x", reason: "r" }))).toMatchObject({
    updated_at: late,
    closed_at: late,
  });
  expect(first(claim(snapshot, acting(), { id: "tt-x" }))).toMatchObject({ updated_at: late, started_at: late });
});

const world = (): ReturnType<typeof inMemory> =>
  inMemory([
    x({ dependencies: [edge("tt-x", "tt-a"), edge("tt-x", "tt-p", "parent-child")] }),
    issueOf("tt-a"),
    issueOf("tt-b", { dependencies: [edge("tt-b", "tt-x", "conditional-blocks")] }),
    issueOf("tt-p"),
    issueOf("tt-e", { issue_type: "epic" }),
    issueOf("tt-c", { status: "closed", dependencies: [edge("tt-c", "tt-x")] }),
  ]);

test.each<[string, string, string, RegExp | "none" | "added"]>([
  ["tt-nope", "tt-a", "blocks", /resolving issue ID tt-nope: no issue found matching "tt-nope"/],
  ["tt-x", "tt-nope", "blocks", /no issue found matching "tt-nope"/],
  ["tt-x", "tt-p", "blocks", /cannot add dependency: tt-x is already a child of tt-p/],
  ["tt-e", "tt-a", "blocks", /epics can only block other epics, not tasks/],
  ["tt-a", "tt-e", "blocks", /tasks can only block other tasks, not epics/],
  ["tt-a", "tt-e", "related", "added"],
  ["tt-a", "tt-a", "blocks", /self-dependency/],
  ["tt-a", "tt-x", "blocks", /adding dependency would create a cycle/],
  ["tt-a", "tt-b", "blocks", /adding dependency would create a cycle/],
  ["tt-a", "tt-c", "blocks", /adding dependency would create a cycle/],
  ["tt-a", "tt-x", "related", "added"],
  ["tt-p", "tt-x", "parent-child", /cycle/],
  ["tt-x", "tt-a", "blocks", "none"],
  ["tt-x", "tt-a", "related", /already exists with type "blocks" \(requested "related"\)/],
  ["tt-x", "external:web:login", "blocks", "added"],
  ["tt-x", "tt-b", "x".repeat(51), /1 to 50 characters/],
  ["tt-x", "tt-b", "\u200b", /1 to 50 characters/],
  ["tt-c", "tt-p", "Blocks", /type "Blocks" is not known; did you mean "blocks"\?/],
  ["tt-c", "tt-p", "blocks ", /did you mean "blocks"\?/],
  ["tt-c", "tt-p", "blcoks", /did you mean "blocks"\?/],
  ["tt-c", "tt-p", "depends-on", /did you mean "blocks"\?/],
  ["tt-c", "tt-p", "parent_child", /did you mean "parent-child"\?/],
  ["tt-c", "tt-p", "waitsfor", /did you mean "waits-for"\?/],
  ["tt-c", "tt-p", "inspired-by", "added"],
])("dep add %s %s %s: %s", (from, to, type, expected) => {
  const add = (): Decision<unknown> => addEdge(world(), acting(), { from, to, type: asEdgeType(type) });
  if (expected === "none") expect(add().kind).toBe("none");
  else if (expected === "added")
    expect(first(add()).dependencies).toContainEqual(expect.objectContaining({ depends_on_id: to, type }));
  else expect(add).toThrow(expected);
});

test("dep remove removes the edge; an absent one is not an error", () => {
  expect(first(removeEdge(world(), acting(), { from: "tt-x", to: "tt-a" })).dependencies).toHaveLength(1);
  expect(removeEdge(world(), acting(), { from: "tt-a", to: "tt-x" }).kind).toBe("none");
});

test("delete leaves a tombstone, takes the edges and marks the mentions", () => {
  const snapshot = inMemory([
    x({ labels: ["l"], dependencies: [edge("tt-x", "tt-a")] }),
    issueOf("tt-a", { description: "after tt-x, not tt-x.1 or att-x or tt-xy. See tt-x." }),
    issueOf("tt-b", { status: "closed", dependencies: [edge("tt-b", "tt-x")] }),
    issueOf("tt-far", { description: "tt-x" }),
  ]);
  const decision = changed(remove(snapshot, acting(), { id: "tt-x", reason: "twice" }));
  const byId = new Map((decision.issues ?? []).map((issue) => [issue.id, issue]));
  expect(byId.get("tt-x")).toMatchObject({
    status: "tombstone",
    deleted_by: "ann",
    deleted_at: now,
    delete_reason: "twice",
    original_type: "task",
  });
  expect(byId.get("tt-a")?.description).toBe("after [deleted:tt-x], not tt-x.1 or att-x or tt-xy. See [deleted:tt-x].");
  expect(byId.get("tt-b")?.dependencies).toEqual([]);
  expect(byId.has("tt-far")).toBe(false);
  expect(decision.result).toEqual({ id: "tt-x", edges: 2, labels: 1, references: 1 });
  expect(() =>
    remove(inMemory([x({ metadata: { fleet: { attempt: attempt(1) } } })]), acting(), { id: "tt-x" }),
  ).toThrow(/attempt 1 holds it/);
});

const making = { title: "new", type: "task" as const, priority: 2 };

test.each([
  ["the next after the highest", [x(), ...kids(3)], "tt-x.4"],
  ["past a deleted one", [x(), ...kids(2, { status: "tombstone" })], "tt-x.3"],
  [
    "past a line that can't be decoded",
    [x(), { shard: shardOf("tt-x"), line: '{"id":"tt-x.7","title":"torn' }],
    "tt-x.8",
  ],
  ["past another case of letters", [x(), issueOf("TT-X.5")], "tt-x.6"],
])("a child gets %s", (_what, lines, id) => {
  expect(create(inMemory(lines), acting(), { ...making, parent: "tt-x" })).toMatchObject({ result: { issue: { id } } });
});

test("a child of a foreign id with dots never takes its sibling's place", () => {
  const parent = issueOf("v1.x-abc");
  const one = first(create(inMemory([parent]), acting(), { ...making, parent: "v1.x-abc" }));
  const two = first(create(inMemory([parent, one]), acting(), { ...making, parent: "v1.x-abc" }));
  expect([one.id, two.id]).toEqual(["v1.x-abc.1", "v1.x-abc.2"]);
});

test.each([
  ["other-abc", /prefix mismatch: database uses 'tt-' but ID 'other-abc' doesn't match/],
  ["bad id", /invalid ID format 'bad id'/],
  ["TT-X", /prefix mismatch/],
  ["tt-X", /already exists/],
])("create --id %s is refused", (id, refusal) => {
  expect(() => create(inMemory([x()]), acting(), { ...making, id })).toThrow(refusal);
});

const around = [
  issueOf("tt-a"),
  issueOf("tt-b", { dependencies: [edge("tt-b", "tt-a")] }),
  issueOf("tt-e", { issue_type: "epic" }),
  issueOf("tt-p"),
];

test("create makes nothing where an edge can't be made, and names every such edge", () => {
  const create1 = (): unknown =>
    create(inMemory(around), acting(), {
      ...making,
      id: "tt-n",
      parent: "tt-p",
      edges: [
        { to: "tt-b", type: "blocks" },
        { to: "tt-nope", type: "blocks" },
        { to: "tt-none", type: "discovered-from" },
        { to: "tt-e", type: "blocks" },
        { to: "tt-p", type: "blocks" },
        { to: "tt-b", type: "related" },
      ],
    });
  expect(create1).toThrow(
    [
      'failed to add dependency tt-n -> tt-nope: no issue found matching "tt-nope"',
      'failed to add dependency tt-n -> tt-none: no issue found matching "tt-none"',
      "failed to add dependency tt-n -> tt-e: tasks can only block other tasks, not epics",
      "failed to add dependency tt-n -> tt-p: cannot add dependency: tt-n is already a child of tt-p",
      'failed to add dependency tt-n -> tt-b: it already exists with type "blocks"',
    ].join("; "),
  );
});

test("create makes its edges in both directions, each once, and external ones", () => {
  const decision = changed(
    create(inMemory(around), acting(), {
      ...making,
      id: "tt-n",
      parent: "tt-p",
      edges: [
        { to: "tt-b", type: "blocks", reversed: true },
        { to: "tt-a", type: "related" },
        { to: "tt-a", type: "related" },
        { to: "tt-p", type: "parent-child" },
        { to: "external:a:b", type: "blocks" },
      ],
    }),
  );
  expect(decision.result.issue.dependencies?.map((e) => [e.depends_on_id, e.type])).toEqual([
    ["tt-p", "parent-child"],
    ["tt-a", "related"],
    ["external:a:b", "blocks"],
  ]);
  expect(decision.issues?.find((issue) => issue.id === "tt-b")?.dependencies?.map((e) => e.depends_on_id)).toEqual([
    "tt-a",
    "tt-n",
  ]);
});

test.each<[what: string, edges: NonNullable<Parameters<typeof create>[2]["edges"]>, parent?: string]>([
  [
    "with two of its own edges",
    [
      { to: "tt-b", type: "blocks" },
      { to: "tt-a", type: "blocks", reversed: true },
    ],
  ],
  ["by blocking its own parent", [{ to: "tt-p", type: "blocks", reversed: true }], "tt-p"],
])("create makes no issue that waits for itself %s", (_what, edges, parent) => {
  const input = { ...making, id: "tt-n", edges, parent };
  expect(() => create(inMemory(around), acting(), input)).toThrow(/would create a cycle/);
});

test("twins made in one millisecond get ids of their own", () => {
  const act = acting();
  const made: Issue[] = [];
  for (let n = 0; n < 100; n++) made.push(first(create(inMemory(made), act, making)));
  expect(new Set(made.map((issue) => issue.id.toLowerCase())).size).toBe(100);
  expect(made.every((issue) => Date.parse(issue.created_at) === NOON)).toBe(true);
});

test("a comment is anybody's, and its text is required", () => {
  const inside: Act["inside"] = { task: "tt-x", uuid: "lost" };
  const decision = changed(comment(inMemory([x()]), acting({ inside }), { id: "tt-x", text: "hello" }));
  expect(decision.issues?.[0]?.comments).toEqual([decision.result]);
  expect(decision.result).toMatchObject({ issue_id: "tt-x", author: "ann", text: "hello", created_at: now });
  expect(() => comment(inMemory([x()]), acting(), { id: "tt-x", text: " " })).toThrow(/empty/);
});
