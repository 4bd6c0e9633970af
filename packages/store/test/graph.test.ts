/** Ready, blocked and their orders (as beads 1.0.5): each row is a small world. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { byDispatch, byPriority, first, Graph, hybrid } from "../src/graph.ts";
import type { Issue } from "../src/issue.ts";
import { shardOf } from "../src/shard.ts";
import { edge, inMemory, issueOf, NOON } from "./support.ts";

const later = "2026-03-02T12:00:00.000Z";
const earlier = "2026-02-01T12:00:00.000Z";
const on = (to: string, type?: string, metadata?: string): Record<string, unknown> => ({
  dependencies: [edge("tt-x", to, type, metadata)],
});
const child = (id: string, over: object = {}): Issue =>
  issueOf(id, { dependencies: [edge(id, "tt-p", "parent-child")], ...over });

type Row = [what: string, ready: boolean, blockedBy: string[], x: Record<string, unknown>, others?: Issue[]];
const rows: Row[] = [
  ["open", true, [], {}],
  ...["in_progress", "blocked", "deferred", "hooked", "pinned", "review"].map((status): Row => [
    `status ${status}`,
    false,
    [],
    { status },
  ]),
  ["pinned by its field", false, [], { pinned: true }],
  ["ephemeral", false, [], { ephemeral: true }],
  ...["merge-request", "gate", "molecule", "message", "agent", "role", "rig"].map((t): Row => [
    `type ${t}`,
    false,
    [],
    { issue_type: t },
  ]),
  ["an epic", true, [], { issue_type: "epic" }],
  ["assigned", true, [], { assignee: "bob" }],
  ["deferred until later", false, [], { defer_until: later }],
  ["deferred until a past day", true, [], { defer_until: earlier }],
  ["status deferred until later", false, [], { status: "deferred", defer_until: later }],
  ["status deferred until a past day", true, [], { status: "deferred", defer_until: earlier }],
  ["status deferred until what is no time", false, [], { status: "deferred", defer_until: "soon" }],
  ["open until what is no time", false, [], { defer_until: "soon 1" }],
  ["blocker open", false, ["tt-a"], on("tt-a"), [issueOf("tt-a")]],
  ["blocker in progress", false, ["tt-a"], on("tt-a"), [issueOf("tt-a", { status: "in_progress" })]],
  ["blocker deferred", false, ["tt-a"], on("tt-a"), [issueOf("tt-a", { status: "deferred" })]],
  ["blocker of status blocked", false, ["tt-a"], on("tt-a"), [issueOf("tt-a", { status: "blocked" })]],
  ["blocker of a custom status", false, ["tt-a"], on("tt-a"), [issueOf("tt-a", { status: "review" })]],
  ["blocker closed", true, [], on("tt-a"), [issueOf("tt-a", { status: "closed" })]],
  ["blocker pinned", true, [], on("tt-a"), [issueOf("tt-a", { status: "pinned" })]],
  ["blocker pinned by its field", true, [], on("tt-a"), [issueOf("tt-a", { pinned: true })]],
  ["blocker deleted", true, [], on("tt-a"), [issueOf("tt-a", { status: "tombstone" })]],
  ["blocker nowhere: what this home does not have holds", false, ["tt-a"], on("tt-a")],
  ["blocker nowhere, of another prefix", false, ["zz-9"], on("zz-9")],
  ["conditional blocker nowhere", false, ["tt-a"], on("tt-a", "conditional-blocks")],
  ["waits for the children of one that is nowhere", false, ["tt-a"], on("tt-a", "waits-for")],
  ["parent nowhere", false, ["tt-a"], on("tt-a", "parent-child")],
  ["related to one that is nowhere", true, [], on("tt-a", "related")],
  ["blocker elsewhere", true, [], on("external:web:login")],
  ["conditional-blocks holds too", false, ["tt-a"], on("tt-a", "conditional-blocks"), [issueOf("tt-a")]],
  ...["related", "discovered-from", "tracks", "my-own"].map((type): Row => [
    `${type} does not hold`,
    true,
    [],
    on("tt-a", type),
    [issueOf("tt-a")],
  ]),
  ["parent open", true, [], on("tt-p", "parent-child"), [issueOf("tt-p")]],
  ["parent of status blocked", true, [], on("tt-p", "parent-child"), [issueOf("tt-p", { status: "blocked" })]],
  ["parent in progress", true, [], on("tt-p", "parent-child"), [issueOf("tt-p", { status: "in_progress" })]],
  [
    "parent held up",
    false,
    ["tt-p"],
    on("tt-p", "parent-child"),
    [issueOf("tt-p", { dependencies: [edge("tt-p", "tt-a")] }), issueOf("tt-a")],
  ],
  [
    "grandparent held up",
    false,
    ["tt-p"],
    on("tt-p", "parent-child"),
    [
      issueOf("tt-p", { dependencies: [edge("tt-p", "tt-g", "parent-child")] }),
      issueOf("tt-g", { dependencies: [edge("tt-g", "tt-a")] }),
      issueOf("tt-a"),
    ],
  ],
  ["parent deferred until later", false, [], on("tt-p", "parent-child"), [issueOf("tt-p", { defer_until: later })]],
  [
    "grandparent deferred until later",
    false,
    [],
    on("tt-p", "parent-child"),
    [
      issueOf("tt-p", { dependencies: [edge("tt-p", "tt-g", "parent-child")] }),
      issueOf("tt-g", { defer_until: later }),
    ],
  ],
  [
    "grandparent deferred until a past day",
    true,
    [],
    on("tt-p", "parent-child"),
    [
      issueOf("tt-p", { dependencies: [edge("tt-p", "tt-g", "parent-child")] }),
      issueOf("tt-g", { status: "deferred", defer_until: earlier }),
    ],
  ],
  ["parent deferred without a date", false, [], on("tt-p", "parent-child"), [issueOf("tt-p", { status: "deferred" })]],
  [
    "parent deferred, but closed",
    true,
    [],
    on("tt-p", "parent-child"),
    [issueOf("tt-p", { status: "closed", defer_until: later })],
  ],
  ["waits for one without children", true, [], on("tt-p", "waits-for"), [issueOf("tt-p")]],
  [
    "waits for all children, one open",
    false,
    ["tt-p"],
    on("tt-p", "waits-for"),
    [issueOf("tt-p"), child("tt-p.1"), child("tt-p.2", { status: "closed" })],
  ],
  [
    "waits for all children, all closed",
    true,
    [],
    on("tt-p", "waits-for"),
    [issueOf("tt-p"), child("tt-p.1", { status: "closed" })],
  ],
  [
    "waits for any child, one closed",
    true,
    [],
    on("tt-p", "waits-for", '{"gate":"any-children"}'),
    [issueOf("tt-p"), child("tt-p.1"), child("tt-p.2", { status: "closed" })],
  ],
  [
    "waits for any child, none closed",
    false,
    ["tt-p"],
    on("tt-p", "waits-for", '{"gate":"any-children"}'),
    [issueOf("tt-p"), child("tt-p.1")],
  ],
  [
    "a closed one is not blocked by itself being linked",
    false,
    [],
    { status: "closed", ...on("tt-a") },
    [issueOf("tt-a", { status: "closed" })],
  ],
];

test.each(rows)("%s: ready %s, blocked by %j", (_what, ready, blockedBy, x, others = []) => {
  const snapshot = inMemory([issueOf("tt-x", x), ...others]);
  const graph = new Graph(snapshot);
  const issue = snapshot.issue("tt-x") ?? issueOf("gone");
  expect(graph.isReady(issue, { now: NOON })).toBe(ready);
  expect(graph.blockedBy(issue)).toEqual(blockedBy);
  expect(graph.blocked().some((found) => found.id === "tt-x")).toBe(blockedBy.length > 0);
});

test.each([
  ["includeDeferred", { includeDeferred: true }, { defer_until: later }],
  ["includeEphemeral", { includeEphemeral: true }, { ephemeral: true }],
  ["a type by name", { types: ["gate"] }, { issue_type: "gate" }],
])("%s lifts its rule", (_what, options, x) => {
  const snapshot = inMemory([issueOf("tt-x", x)]);
  expect(new Graph(snapshot).ready({ now: NOON, ...options }).map((issue) => issue.id)).toEqual(["tt-x"]);
});

test.each([{ status: "deferred", defer_until: later }, { status: "deferred" }, { defer_until: later }])(
  "includeDeferred lists what is deferred: %j",
  (fields) => {
    const graph = new Graph(inMemory([issueOf("tt-x", fields)]));
    expect(graph.ready({ now: NOON, includeDeferred: true })).toHaveLength(1);
    expect(graph.ready({ now: NOON })).toEqual([]);
  },
);

test("names what defers an issue for the longest, and until when", () => {
  const below = issueOf("tt-x", { defer_until: earlier, dependencies: [edge("tt-x", "tt-p", "parent-child")] });
  const parent = issueOf("tt-p", { defer_until: later, dependencies: [edge("tt-p", "tt-x", "parent-child")] });
  const graph = new Graph(inMemory([below, parent]));
  expect(graph.deferral(below, NOON)).toEqual({ until: Date.parse(later), by: "tt-p" });
  expect(graph.deferral(below, Date.parse(later))).toBeUndefined();
});

test("what holds an issue up and can't be read is unknown, so the issue waits; all others continue", () => {
  const torn = { shard: shardOf("tt-a"), line: '{"id":"tt-a","title":"torn' };
  const waiting = ["blocks", "conditional-blocks", "waits-for", "parent-child"].map((type, n) =>
    issueOf(`tt-w${n}`, { dependencies: [edge(`tt-w${n}`, "tt-a", type)] }),
  );
  const snapshot = inMemory([
    torn,
    ...waiting,
    issueOf("tt-r", { dependencies: [edge("tt-r", "tt-a", "related")] }),
    issueOf("tt-free"),
  ]);
  const graph = new Graph(snapshot);
  expect(
    graph
      .ready({ now: NOON })
      .map((issue) => issue.id)
      .sort(),
  ).toEqual(["tt-free", "tt-r"]);
  expect(graph.blockedBy(waiting[0] ?? issueOf("gone"))).toEqual(["tt-a"]);
  expect(() => snapshot.issue("tt-a")).toThrow(/tt-a is unknown: issues\/..\.jsonl:1:\d+/);
});

test("parents in a circle, made by hand, end", () => {
  const up = (id: string, to: string): Issue => issueOf(id, { dependencies: [edge(id, to, "parent-child")] });
  expect(new Graph(inMemory([up("tt-a", "tt-b"), up("tt-b", "tt-a")])).ready({ now: NOON })).toHaveLength(2);
});

const orders: [string, (a: Issue, b: Issue) => number, string[]][] = [
  ["bd: priority, newest first, id", byPriority, ["p0", "new-b", "new-c", "old"]],
  ["dispatch: priority, oldest first to the millisecond", byDispatch, ["p0", "old", "new-c", "new-b"]],
  ["hybrid: the last 48 hours by priority, then the older", hybrid(NOON), ["p0", "new-b", "new-c", "old"]],
];
test.each(orders)("%s", (_what, order, ids) => {
  const issues = [
    issueOf("old", { created_at: earlier }),
    issueOf("new-b", { created_at: "2026-03-01T11:00:00.900Z" }),
    issueOf("new-c", { created_at: "2026-03-01T11:00:00.100Z" }),
    issueOf("p0", { priority: 0 }),
  ];
  expect(issues.sort(order).map((issue) => issue.id)).toEqual(ids);
});

test("the first few are those of the whole sorted, and among equals in the same order", () => {
  const item = fc.record({ key: fc.nat(5), n: fc.nat() });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40 }), fc.nat(45), (items, limit) => {
      const order = (a: { key: number }, b: { key: number }): number => a.key - b.key;
      const sorted = [...items].sort(order);
      expect(first(items, order, limit)).toEqual(limit === 0 ? sorted : sorted.slice(0, limit));
    }),
  );
});
