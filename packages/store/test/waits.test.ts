/** Loops over all relations that hold: refused when they would be made, found where they are, and none comes about unseen. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { asEdgeType } from "../src/status.ts";
import type { Act, Decision } from "../src/decision.ts";
import { StoreError } from "../src/errors.ts";
import { Graph } from "../src/graph.ts";
import type { Issue } from "../src/issue.ts";
import { close, reopen } from "../src/ops/close.ts";
import { create } from "../src/ops/create.ts";
import { addEdge, removeEdge } from "../src/ops/edges.ts";
import { inOrder, withWritten } from "../src/ops/overlay.ts";
import { remove } from "../src/ops/remove.ts";
import { moveDependents } from "../src/ops/replace.ts";
import { update } from "../src/ops/update.ts";
import type { Snapshot } from "../src/snapshot.ts";
import { loopsIn } from "../src/loops.ts";
import { loopText } from "../src/waits.ts";
import { acting, edge, inMemory, issueOf, NOON } from "./support.ts";
import { runs } from "../../kit/test/runs.ts";

type Link = readonly [from: string, to: string, type?: string, metadata?: string];

/** Issues tt-a … with these edges; the names in capitals are epics. */
function world(...links: readonly Link[]): Issue[] {
  const names = new Set(links.flatMap(([from, to]) => [from, to]));
  return [...names].map((name) => {
    const dependencies = links
      .filter(([from]) => from === name)
      .map(([from, to, type, metadata]) => edge(`tt-${from}`, `tt-${to}`, type, metadata));
    const issue_type = name === name.toUpperCase() ? "epic" : "task";
    return issueOf(`tt-${name}`, { issue_type, ...(dependencies.length === 0 ? {} : { dependencies }) });
  });
}
const PARENT = "parent-child";
const ANY = '{"gate":"any-children"}';

const kinds: readonly [what: string, links: readonly Link[]][] = [
  [
    "two that depend on each other",
    [
      ["a", "b"],
      ["b", "a"],
    ],
  ],
  [
    "conditional and plain",
    [
      ["a", "b", "conditional-blocks"],
      ["b", "a"],
    ],
  ],
  [
    "parents of each other",
    [
      ["a", "b", PARENT],
      ["b", "a", PARENT],
    ],
  ],
  [
    "a parent that depends on its child",
    [
      ["k", "p", PARENT],
      ["p", "k"],
    ],
  ],
  [
    "a parent that depends on its grandchild",
    [
      ["k", "p", PARENT],
      ["k2", "k", PARENT],
      ["p", "k2"],
    ],
  ],
  [
    "a parent that waits for what waits for its child",
    [
      ["k", "p", PARENT],
      ["p", "x"],
      ["x", "k"],
    ],
  ],
  [
    "what waits for its own children",
    [
      ["x", "P", "waits-for"],
      ["y", "P", PARENT],
      ["y", "x"],
    ],
  ],
  [
    "a parent that waits for the children of its child",
    [
      ["k", "p", PARENT],
      ["g", "k", PARENT],
      ["p", "k", "waits-for"],
    ],
  ],
  [
    "a grandchild that depends on an epic above it",
    [
      ["g", "K", PARENT],
      ["K", "E", PARENT],
      ["g", "E", "conditional-blocks"],
    ],
  ],
  [
    "children of two epics, crosswise",
    [
      ["a", "E", PARENT],
      ["b", "F", PARENT],
      ["E", "F"],
      ["b", "a"],
    ],
  ],
];

describe.each(kinds)("%s", (_what, links) => {
  test("is refused whichever edge comes last", () => {
    const holding = links.filter(([, , type]) => type !== "related");
    for (const last of holding) {
      const others = links.filter((link) => link !== last);
      const names = new Set(links.flatMap(([from, to]) => [from, to]));
      const there = world(...others);
      for (const name of names)
        if (!there.some(({ id }) => id === `tt-${name}`))
          there.push(issueOf(`tt-${name}`, { issue_type: name === name.toUpperCase() ? "epic" : "task" }));
      const [from, to, type = "blocks"] = last;
      const snapshot = inMemory(there);
      const add = (): unknown =>
        addEdge(snapshot, acting(), { from: `tt-${from}`, to: `tt-${to}`, type: asEdgeType(type) });
      expect(loopsIn(snapshot), `without ${from} → ${to}`).toEqual([]);
      expect(add, `${from} → ${to}`).toThrow(/would create a|can only block/);
      if (type === PARENT)
        expect(() => update(snapshot, acting(), { id: `tt-${from}`, parent: `tt-${to}` })).toThrow(/create a/);
    }
  });

  test("is found where it is there already, and never starts", () => {
    const snapshot = inMemory(world(...links));
    expect(loopsIn(snapshot).length).toBeGreaterThan(0);
    expect(loopsIn(snapshot)[0]?.edges.length).toBeGreaterThan(0);
    // Parents in a circle hold nobody; they are wrong all the same.
    if (links.some(([, , type]) => type !== PARENT)) expect(finished(snapshot)).toBe(false);
  });
});

test("a loop names what waits for what, and the command that opens it removes an edge that is there", () => {
  const snapshot = inMemory(world(["k", "p", PARENT], ["x", "k"]));
  try {
    addEdge(snapshot, acting(), { from: "tt-p", to: "tt-x", type: "blocks" });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      message: "adding dependency would create a cycle: tt-p → tt-x → tt-k → tt-p",
      mend: "fleet bd dep remove tt-x tt-k",
    });
  }
});

test("no loop: a task that others wait for and its own children; a gate with a way out; a closed or pinned member", () => {
  const free = (...issues: readonly Issue[]): string[] => loopsIn(inMemory(issues)).map(loopText);
  // A task is done without its children, unlike an epic.
  expect(free(...world(["k", "p", PARENT], ["k", "x"], ["x", "p"]))).toEqual([]);
  expect(free(...world(["x", "p", "waits-for", ANY], ["k", "p", PARENT], ["k", "x"], ["l", "p", PARENT]))).toEqual([]);
  expect(free(...world(["x", "P", "waits-for", ANY], ["k", "P", PARENT], ["k", "x"]))).toHaveLength(1);
  const [a, b] = world(["a", "b"], ["b", "a"]);
  if (a === undefined || b === undefined) throw new Error("no issues");
  expect(free(a, { ...b, status: "closed" })).toEqual([]);
  expect(free(a, { ...b, pinned: true })).toEqual([]);
});

test("a task that becomes an epic can close a loop, and is refused", () => {
  const snapshot = inMemory(world(["k", "p", PARENT], ["k", "x"], ["x", "p"]));
  expect(() => update(snapshot, acting(), { id: "tt-p", type: "epic" })).toThrow(/would create a cycle/);
});

/** Does whatever is ready until nothing is; true when all that was to be done is done. */
function finished(start: Snapshot): boolean {
  let snapshot = start;
  for (;;) {
    const graph = new Graph(snapshot);
    const next = graph.ready({ now: NOON }).flatMap(({ id }) => {
      try {
        const decision = close(snapshot, acting(), { id, reason: "done" });
        return decision.kind === "commit" ? [decision.issues?.[0] ?? []].flat() : [];
      } catch (error) {
        // An epic whose children are open.
        if (error instanceof StoreError && error.code === "guarded") return [];
        throw error;
      }
    });
    if (next.length === 0) return snapshot.live.size === 0;
    snapshot = withWritten(snapshot, next);
  }
}

const step = fc.record({
  verb: fc.constantFrom(
    "create",
    "create",
    "edge",
    "edge",
    "edge",
    "parent",
    "undep",
    "close",
    "reopen",
    "type",
    "remove",
    "move",
    "batch",
  ),
  a: fc.nat(9),
  b: fc.nat(9),
  c: fc.nat(9),
  type: fc.constantFrom("blocks", "blocks", "conditional-blocks", "waits-for", "parent-child", "related"),
  epic: fc.boolean(),
  any: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function decide(
  snapshot: Snapshot,
  act: Act,
  { verb, a, b, c, type, epic, any }: Step,
  count: number,
): Decision<unknown> {
  const [x, y, z] = [`tt-${a}`, `tt-${b}`, `tt-${c}`];
  switch (verb) {
    case "create":
      return create(snapshot, act, {
        id: count % 3 === 0 ? undefined : `tt-${8 + (count % 2)}`,
        title: "t",
        type: epic ? "epic" : "task",
        priority: 2,
        ...(count % 3 === 0 ? { parent: x } : {}),
        edges:
          c < 5
            ? []
            : [
                { to: y, type, reversed: any },
                { to: z, type: "blocks" },
              ],
      });
    case "edge":
      return addEdge(snapshot, act, { from: x, to: y, type, ...(any ? { metadata: ANY } : {}) });
    case "parent":
      return update(snapshot, act, { id: x, parent: y });
    case "undep":
      return removeEdge(snapshot, act, { from: x, to: y });
    case "close":
      return close(snapshot, act, { id: x, reason: "r", force: any });
    case "reopen":
      return reopen(snapshot, act, { id: x });
    case "type":
      return update(snapshot, act, { id: x, type: epic ? "epic" : "task" });
    case "remove":
      return remove(snapshot, act, { id: x });
    case "move":
      return moveDependents(snapshot, act, { from: x, to: y });
    case "batch":
      return inOrder(
        snapshot,
        act,
        [
          (now) => addEdge(now, act, { from: x, to: y, type }),
          (now) => addEdge(now, act, { from: y, to: z, type: "blocks" }),
        ],
        { event: "batch", subject: "two" },
      );
  }
}

test("no sequence of accepted operations makes a set of issues none of which can ever become ready", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      let snapshot = inMemory(Array.from({ length: 8 }, (_, n) => issueOf(`tt-${n}`)));
      steps.forEach((one, at) => {
        try {
          const decision = decide(snapshot, acting(), one, at);
          if (decision.kind === "commit") snapshot = withWritten(snapshot, decision.issues ?? []);
          accepted++;
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
        }
      });
      expect(loopsIn(snapshot).map(loopText)).toEqual([]);
      const opened = [...snapshot.live.values()].flatMap((issue) => (issue.status === "open" ? [] : [issue]));
      expect(opened).toEqual([]);
      expect(finished(snapshot)).toBe(true);
    }),
    { numRuns: runs(120, 400) },
  );
  expect(accepted).toBeGreaterThan(500);
});

test("loops are found exactly where something never starts", () => {
  const link = fc.tuple(
    fc.nat(5),
    fc.nat(5),
    fc.constantFrom("blocks", "conditional-blocks", "waits-for", PARENT),
    fc.boolean(),
  );
  fc.assert(
    fc.property(
      fc.array(link, { maxLength: 9 }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      (links, epics) => {
        const issues = epics.map((epic, at) => {
          const own = links.filter(([from]) => from === at);
          // One parent, of a smaller number: families in a circle are another test's.
          const isFirst = (n: number): boolean => own.findIndex(([, , t]) => t === PARENT) === n;
          const oneParent = own.filter(([, to, type], n) => type !== PARENT || (isFirst(n) && to < at));
          const dependencies = oneParent.map(([, to, type, any]) =>
            edge(`tt-${at}`, `tt-${to}`, type, any ? ANY : "{}"),
          );
          return issueOf(`tt-${at}`, { issue_type: epic ? "epic" : "task", dependencies });
        });
        const snapshot = inMemory(issues);
        expect(loopsIn(snapshot).length === 0).toBe(finished(snapshot));
      },
    ),
    { numRuns: runs(100, 1_000) },
  );
});
