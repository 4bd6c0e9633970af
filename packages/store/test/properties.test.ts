/** Random histories: what must hold after every operation, whatever came before. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { TreeBytes } from "../src/git/tree-bytes.ts";
import type { Act, Decision } from "../src/decision.ts";
import { prepare } from "../src/commit.ts";
import { type Derived, deriveFrom, deriveWhole } from "../src/derived.ts";
import { StoreError } from "../src/errors.ts";
import { encodeIssue, type Issue } from "../src/issue.ts";
import { columnOf } from "../src/json-column.ts";
import { emptyMeta } from "../src/meta.ts";
import { claim } from "../src/ops/claim.ts";
import { close, reopen } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { addEdge, removeEdge } from "../src/ops/edges.ts";
import { remove } from "../src/ops/remove.ts";
import { settle } from "../src/ops/settle.ts";
import { update } from "../src/ops/update.ts";
import { byCodeUnit, parseShard, SHARD_NAMES, type Shard, shardOf } from "../src/shard.ts";
import { Snapshot } from "../src/snapshot.ts";
import { BLOCKING } from "../src/status.ts";
import { Store } from "../src/store.ts";
import { acting, attempt, git, issueOf, newStore, NOON, plain } from "./support.ts";
import { runs } from "../../kit/test/runs.ts";
import { anyCharacter } from "../../kit/test/characters.ts";

/** An operation in the abstract: what it does, on which of the issues there are, when. */
const step = fc.record({
  verb: fc.constantFrom(
    "create",
    "create",
    "child",
    "claim",
    "close",
    "reopen",
    "comment",
    "edge",
    "undep",
    "update",
    "remove",
    "settle",
    "parent",
  ),
  a: fc.nat(20),
  b: fc.nat(20),
  type: fc.constantFrom("blocks", "blocks", "related", "waits-for", "conditional-blocks"),
  /** Milliseconds by which the clock is off: it steps back too. */
  clock: fc.integer({ min: -100_000, max: 100_000 }),
  text: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function decide({ verb, a, b, type, text }: Step, snapshot: Snapshot, act: Act): Decision<unknown> {
  const ids = snapshot
    .all()
    .map((issue) => issue.id)
    .sort();
  const id = ids[a % Math.max(1, ids.length)] ?? "";
  const other = ids[b % Math.max(1, ids.length)] ?? "";
  const title = text.trim() === "" ? "title" : text;
  switch (verb) {
    case "child":
      return create(snapshot, act, { title, type: "task", priority: 1, parent: id });
    case "claim":
      return claim(snapshot, act, { id, ...(b % 2 === 0 ? { attempt: attempt(b) } : {}) });
    case "close":
      return close(snapshot, act, { id, reason: title, force: b % 2 === 0 });
    case "reopen":
      return reopen(snapshot, act, { id });
    case "comment":
      return comment(snapshot, act, { id, text: title });
    case "edge":
      return addEdge(snapshot, act, { from: id, to: other, type });
    case "undep":
      return removeEdge(snapshot, act, { from: id, to: other });
    case "update":
      return update(snapshot, act, { id, notes: text, priority: b % 5, setMetadata: { k: text } });
    case "parent":
      return update(snapshot, act, { id, parent: b % 5 === 0 ? "" : other });
    case "remove":
      return remove(snapshot, act, { id });
    case "settle":
      return settle(snapshot, act, {
        id,
        attempt: attempt(b),
        actor: act.actor,
        outcome: "failed",
        reason: title,
        counted: true,
        disposition: { kind: "retry", notBefore: undefined },
      });
    case "create":
      return create(snapshot, act, {
        title,
        type: "task",
        priority: 2,
        edges: [
          { to: id, type, reversed: b % 2 === 0 },
          { to: other, type },
        ],
      });
  }
}

/** Fields that nobody here knows, on the issue and inside of what it holds. */
const odd = (issue: Issue): Issue => ({
  ...issue,
  x_unknown: { deep: [1, null, { y: "z" }] },
  metadata: { ...issue.metadata, theirs: { a: [1] } },
});

const texts = new Map<string, Buffer>();
const sourceOf = (shards: ReadonlyMap<string, Shard>): ConstructorParameters<typeof Snapshot>[1] => ({
  shards: (names) => names.map((name) => shards.get(name) ?? parseShard(name, "")),
  memories: () => "",
});

/** As a snapshot would be after this decision, from the older one and from the bytes alone. */
function advance(
  snapshot: Snapshot,
  shards: Map<string, Shard>,
  decision: Decision<unknown>,
  act: Act,
): { readonly whole: Derived; readonly step: Derived } {
  if (decision.kind === "none") return { whole: snapshot.derived, step: snapshot.derived };
  const before = snapshot.derived;
  const prepared = prepare(snapshot, decision, act);
  for (const shard of prepared.shards) {
    const oid = prepared.frame.issues.oid(`${shard.name}.jsonl`);
    const blob = prepared.objects.find((object) => object.oid === oid);
    texts.set(shard.name, blob?.bytes ?? Buffer.alloc(0));
    shards.set(shard.name, parseShard(shard.name, blob?.bytes ?? ""));
  }
  const whole = deriveWhole(
    prepared.frame,
    SHARD_NAMES.map((name) => shards.get(name) ?? parseShard(name, "")),
  );
  const made = deriveFrom(before, prepared.frame, prepared.shards, (name) => shards.get(name) ?? parseShard(name, ""));
  return { whole, step: made ?? whole };
}

const sorted = (derived: Derived): unknown =>
  Object.entries(derived.parts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [
      name,
      {
        ...part,
        ids: part.ids.split(" ").sort(),
        live: [...part.live.values].sort((a, b) => (a.id < b.id ? -1 : 1)),
        briefs: [...part.briefs.values].sort((a, b) => (a.id < b.id ? -1 : 1)),
        closedEdges: part.closedEdges.map((closed) => closed.join(" ")).sort(byCodeUnit),
      },
    ]);

function acyclic(issues: readonly Issue[]): boolean {
  const edges = new Map(
    issues.map((issue) => [
      issue.id,
      (issue.dependencies ?? []).filter((e) => BLOCKING.has(e.type)).map((e) => e.depends_on_id),
    ]),
  );
  const done = new Set<string>();
  const visit = (id: string, above: ReadonlySet<string>): boolean => {
    if (above.has(id)) return false;
    if (done.has(id)) return true;
    const under = new Set([...above, id]);
    const fine = (edges.get(id) ?? []).every((to) => visit(to, under));
    done.add(id);
    return fine;
  };
  return [...edges.keys()].every((id) => visit(id, new Set()));
}

function holds(snapshot: Snapshot): void {
  const lines = snapshot.lines();
  for (const issue of lines) {
    expect(Date.parse(issue.updated_at)).toBeGreaterThanOrEqual(Date.parse(issue.created_at));
    for (const at of [issue.closed_at, issue.started_at])
      if (at !== undefined) expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(issue.created_at));
    expect(issue).toMatchObject({ x_unknown: { deep: [1, null, { y: "z" }] } });
    expect(issue.metadata?.["theirs"]).toEqual({ a: [1] });
  }
  expect(new Set(lines.map((issue) => issue.id.toLowerCase())).size).toBe(lines.length);
  expect(acyclic(snapshot.all())).toBe(true);
  expect(snapshot.problems).toEqual([]);
}

test("any history: derived step by step is derived whole, fields survive, times and ids and edges are sound", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const shards = new Map<string, Shard>();
      texts.clear();
      const frame = { tip: "0".repeat(40), root: [], issues: TreeBytes.of([]), meta: emptyMeta("tt") };
      let snapshot = new Snapshot(deriveWhole(frame, []), sourceOf(shards));
      const given = new Set<string>();
      for (const one of steps) {
        const act = acting({ now: NOON + one.clock, actor: one.b % 3 === 0 ? "ann" : "bob" });
        let decision: Decision<unknown>;
        try {
          decision = decide(one, snapshot, act);
        } catch (error) {
          if (error instanceof StoreError) continue;
          throw error;
        }
        if (decision.kind === "commit" && decision.event === "create") {
          // Never an id again, deleted or not.
          expect(given.has(decision.task ?? "")).toBe(false);
          given.add(decision.task ?? "");
          decision = { ...decision, issues: (decision.issues ?? []).map(odd) };
        }
        const { whole, step: stepped } = advance(snapshot, shards, decision, act);
        expect(sorted(stepped)).toEqual(sorted(whole));
        expect(stepped.issues).toEqual(whole.issues);
        snapshot = new Snapshot(stepped, sourceOf(new Map(shards)));
        holds(snapshot);
      }
    }),
    { numRuns: runs(20, 150) },
  );
});

test("any history in a real home: the cache is what a fresh load gives, and git finds nothing wrong", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
      const store = await newStore();
      for (const one of steps) {
        const act = acting({ now: NOON + one.clock });
        await store
          .transact(act, (snapshot) => decide(one, snapshot, act))
          .catch((error: unknown) => {
            if (!(error instanceof StoreError)) throw error;
          });
      }
      const cached = new Store(store.home).snapshot().derived;
      const fresh = new Store(store.home);
      expect(plain(store.snapshot().derived)).toEqual(plain(cached));
      expect(
        sorted(
          deriveWhole(
            cached,
            SHARD_NAMES.map((name) => fresh.snapshot().shard(name)),
          ),
        ),
      ).toEqual(sorted(cached));
      expect(git(store.home, "fsck", "--strict")).toBe("");
    }),
    { numRuns: runs(2, 8) },
  );
});

test("unknown fields are written back as they were", () => {
  const names = fc.string({ maxLength: 8 }).map((name) => `x_${name}`);
  fc.assert(
    fc.property(
      fc.dictionary(names, fc.jsonValue(), { maxKeys: 4 }),
      // Of NUL the picture is kept.
      fc.string({ unit: anyCharacter }).map((text) => text.replaceAll("\0", "")),
      (fields, title) => {
        const known = { id: "tt-a", title, created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" };
        const line = JSON.stringify({ ...fields, ...known });
        const issue = parseShard(shardOf("tt-a"), line).byId.get("tt-a");
        const before: Record<string, unknown> = JSON.parse(line);
        const after: unknown = JSON.parse(encodeIssue(issue ?? issueOf("none")));
        expect(after).toEqual({ status: "open", priority: 0, issue_type: "task", ...before });
      },
    ),
  );
});

test("the column of a broken text is inside it, and a text that is fine up to there", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom("}", "]", ",", ":", "x", ""), (json, at, put) => {
      const cut = at % (json.length + 1);
      const broken = `${json.slice(0, cut)}${put}`;
      try {
        JSON.parse(broken);
      } catch {
        expect(columnOf(broken)).toBeGreaterThanOrEqual(1);
        expect(columnOf(broken)).toBeLessThanOrEqual(broken.length + 1);
        return;
      }
      expect(columnOf(broken)).toBe(broken.length + 1);
    }),
  );
});
