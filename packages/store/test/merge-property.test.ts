/** Any merge order of any set of concurrent edits ends in the same state, and nothing that was acknowledged disappears silently. */
import { isObject } from "@fleet/kit/is-object";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { runs } from "../../kit/test/runs.ts";

import { heldBy } from "../src/claims.ts";
import { StoreError } from "../src/errors.ts";
import { loopsIn } from "../src/loops.ts";
import { same } from "../src/merge/canonical.ts";
import { mergeRecord } from "../src/merge/record.ts";
import { claim } from "../src/ops/claim.ts";
import { close, reopen } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { addEdge, removeEdge } from "../src/ops/edges.ts";
import { forget, remember } from "../src/ops/memory.ts";
import { answer } from "../src/ops/answer.ts";
import { ask } from "../src/ops/ask.ts";
import { remove } from "../src/ops/remove.ts";
import { settle } from "../src/ops/settle.ts";
import { update } from "../src/ops/update.ts";
import type { Decision } from "../src/decision.ts";
import type { Snapshot } from "../src/snapshot.ts";
import type { EdgeType, Status } from "../src/status.ts";
import { memoriesOf } from "../src/memories.ts";
import { acting, attempt, NOON } from "./support.ts";
import { done, EMPTY, type Files, merge, snapshotOf, text } from "./merge-world.ts";

/** Everything a home can be told, on a few ids and a few values, so that they meet. */
const IDS = ["tt-a", "tt-b", "tt-c", "tt-d", "tt-e"] as const;
const id = fc.constantFrom(...IDS);
const word = fc.constantFrom("one", "two", "three");
const type = fc.constantFrom("blocks", "conditional-blocks", "parent-child", "waits-for", "related");

type Op =
  | { readonly op: "create"; readonly id: string; readonly word: string }
  | {
      readonly op: "update";
      readonly id: string;
      readonly field: "title" | "notes" | "design" | "assignee";
      readonly word: string;
    }
  | { readonly op: "status"; readonly id: string; readonly status: Status }
  | { readonly op: "priority"; readonly id: string; readonly n: number }
  | { readonly op: "metadata"; readonly id: string; readonly key: string; readonly word: string }
  | { readonly op: "limit"; readonly id: string; readonly key: string; readonly n: number }
  | {
      readonly op: "claim" | "attempt" | "settle" | "close" | "reopen" | "delete";
      readonly id: string;
      readonly word: string;
    }
  | { readonly op: "ask" | "answer"; readonly id: string; readonly word: string }
  | { readonly op: "comment" | "label" | "unlabel"; readonly id: string; readonly word: string }
  | { readonly op: "dep"; readonly id: string; readonly to: string; readonly type: EdgeType }
  | { readonly op: "undep" | "parent"; readonly id: string; readonly to: string }
  | { readonly op: "remember" | "forget"; readonly key: string; readonly word: string };

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant("create" as const), id: fc.constantFrom("tt-new", "tt-two", "tt-a.1"), word }),
  fc.record({
    op: fc.constant("update" as const),
    id,
    field: fc.constantFrom("title", "notes", "design", "assignee"),
    word,
  }),
  fc.record({
    op: fc.constant("status" as const),
    id,
    status: fc.constantFrom<Status>("open", "blocked", "in_progress", "closed", "deferred"),
  }),
  fc.record({ op: fc.constant("priority" as const), id, n: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ op: fc.constant("metadata" as const), id, key: fc.constantFrom("k", "cwd"), word }),
  fc.record({
    op: fc.constant("limit" as const),
    id: fc.constant("tt-a"),
    key: fc.constantFrom("usd", "timeout"),
    n: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({ op: fc.constantFrom("claim", "attempt", "settle", "close", "reopen", "delete"), id, word }),
  fc.record({ op: fc.constantFrom("comment", "label", "unlabel"), id, word }),
  fc.record({ op: fc.constantFrom("attempt", "ask", "ask", "answer"), id: fc.constantFrom("tt-a", "tt-b"), word }),
  fc.record({ op: fc.constant("dep" as const), id, to: id, type }),
  fc.record({ op: fc.constantFrom("undep", "parent"), id, to: id }),
  fc.record({ op: fc.constantFrom("remember", "forget"), key: fc.constantFrom("m", "n"), word }),
);

interface Step {
  readonly op: Op;
  /** A clock that may run behind. */
  readonly tick: number;
}
const steps = (max: number): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ op, tick: fc.integer({ min: -2, max: 6 }) }), { maxLength: max });

function limitsIn(snapshot: Snapshot, id: string): Readonly<Record<string, unknown>> {
  const limits = snapshot.line(id)?.metadata?.["limits"];
  return isObject(limits) ? limits : {};
}

function decide(snapshot: Snapshot, act: ReturnType<typeof acting>, step: Op, n: number): Decision<unknown> {
  const now = act.now;
  switch (step.op) {
    case "create":
      return create(snapshot, act, {
        id: step.id,
        title: `${step.word} of ${act.actor} ${now}`,
        type: "task",
        priority: 2,
      });
    case "update":
      return update(snapshot, act, { id: step.id, [step.field]: step.word });
    case "status":
      return update(snapshot, act, { id: step.id, status: step.status });
    case "priority":
      return update(snapshot, act, { id: step.id, priority: step.n });
    case "metadata":
      return update(snapshot, act, { id: step.id, setMetadata: { [step.key]: step.word } });
    case "limit": {
      // As a person sets one beside the others; 0 takes it out, and with it what is empty.
      const limits = { ...limitsIn(snapshot, step.id), [step.key]: step.n };
      const left = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== 0));
      const change = Object.keys(left).length === 0 ? { unsetMetadata: ["limits"] } : { setMetadata: { limits: left } };
      return update(snapshot, act, { id: step.id, ...change });
    }
    case "claim":
      return claim(snapshot, act, { id: step.id });
    case "attempt":
      return claim(snapshot, act, { id: step.id, attempt: attempt(n) });
    case "settle": {
      const held = snapshot.issue(step.id);
      const fleet = held?.metadata?.["fleet"];
      const ref = typeof fleet === "object" && fleet !== null && "attempt" in fleet ? fleet.attempt : undefined;
      const uuid = typeof ref === "object" && ref !== null && "uuid" in ref ? String(ref.uuid) : "";
      const disposition = { kind: "retry", notBefore: undefined } as const;
      return settle(snapshot, act, {
        id: step.id,
        attempt: { n, uuid },
        actor: act.actor,
        outcome: "failed",
        reason: step.word,
        counted: true,
        disposition,
      });
    }
    case "ask": {
      const issue = snapshot.issue(step.id);
      const held = issue === undefined ? undefined : heldBy(issue);
      const inside = { ...act, inside: { task: step.id, uuid: held?.uuid ?? "" } };
      const until = n % 2 === 0 ? undefined : new Date(now + 1000).toISOString();
      return ask(snapshot, inside, { text: step.word, until });
    }
    case "answer":
      return answer(snapshot, act, { id: step.id, text: `${step.word} by ${act.actor} at ${now}` });
    case "close":
      return close(snapshot, act, { id: step.id, reason: step.word, force: true });
    case "reopen":
      return reopen(snapshot, act, { id: step.id });
    case "delete":
      return remove(snapshot, act, { id: step.id });
    case "comment":
      return comment(snapshot, act, { id: step.id, text: `${step.word} by ${act.actor} at ${now} (${n})` });
    case "label":
      return update(snapshot, act, { id: step.id, addLabels: [step.word] });
    case "unlabel":
      return update(snapshot, act, { id: step.id, removeLabels: [step.word] });
    case "dep":
      return addEdge(snapshot, act, { from: step.id, to: step.to, type: step.type });
    case "undep":
      return removeEdge(snapshot, act, { from: step.id, to: step.to });
    case "parent":
      return update(snapshot, act, { id: step.id, parent: step.to });
    case "remember":
      return remember(snapshot, act, { key: step.key, value: `${step.word} ${act.actor}` });
    case "forget":
      return forget(snapshot, act, step.key);
  }
}

let counter = 0;

/** What a home acknowledged and what has to be found again: a value by its field, or a comment's or memory's text. */
interface Acknowledged {
  readonly id: string;
  readonly field: string;
  readonly value: string;
}

interface Edited {
  readonly files: Files;
  readonly last: readonly Acknowledged[];
}

/** One home after another edits, each on its own clock; refusals are refusals. */
function edited(files: Files, who: string, list: readonly Step[], start: number): Edited {
  let now = start;
  let state = files;
  const last = new Map<string, Acknowledged>();
  for (const { op: step, tick } of list) {
    now += tick;
    const act = acting({ actor: who, now: NOON + now });
    const n = ++counter;
    try {
      const next = done(state, act, (snapshot) => decide(snapshot, act, step, n));
      if (next === state) continue;
      const was = "id" in step ? snapshotOf(state).line(step.id) : undefined;
      state = next;
      const hasChanged = (field: string): boolean =>
        !same(was?.[field], "id" in step ? snapshotOf(state).line(step.id)?.[field] : 0);
      const key = "key" in step && "word" in step && step.op === "remember" ? step.key : "id" in step ? step.id : "";
      if (step.op === "update" && step.field !== "assignee" && hasChanged(step.field))
        last.set(`${key} ${step.field}`, { id: step.id, field: step.field, value: step.word });
      if (step.op === "limit" && step.n > 0 && hasChanged("metadata"))
        last.set(`${key} limits.${step.key}`, { id: step.id, field: `limits.${step.key}`, value: String(step.n) });
      if (step.op === "limit" && step.n === 0) last.delete(`${key} limits.${step.key}`);
      if (step.op === "comment") last.set(`${key} ${n}`, { id: step.id, field: "comment", value: `(${n})` });
      if (step.op === "label" && hasChanged("labels"))
        last.set(`${key} l ${step.word}`, { id: step.id, field: "label", value: step.word });
      if (step.op === "unlabel") last.delete(`${key} l ${step.word}`);
      if (step.op === "remember") last.set(`m ${key}`, { id: key, field: "memory", value: `${step.word} ${who}` });
      if (step.op === "forget") last.delete(`m ${step.key}`);
      if (step.op === "close") last.set(`${key} close`, { id: step.id, field: "closed", value: step.word });
      // A deletion writes [deleted:ID] into its neighbours' texts and supersedes what stood there, on purpose.
      if (step.op === "delete") for (const old of last.keys()) if (/ (title|notes|design)$/.test(old)) last.delete(old);
      // Opened again, by a hand, or by its attempt's question.
      if ("id" in step && snapshotOf(state).line(step.id)?.status !== "closed") last.delete(`${step.id} close`);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }
  return { files: state, last: [...last.values()] };
}

function base(list: readonly Step[]): Files {
  let files = EMPTY;
  for (const one of IDS) {
    const act = acting({ now: NOON });
    files = done(files, act, (s) =>
      create(s, act, { id: one, title: one, type: one === "tt-e" ? "epic" : "task", priority: 2, labels: ["three"] }),
    );
  }
  return edited(files, "base", list, 1).files;
}

/** Merges of all in a random tree; every subtree has the same base, the one they all came from. */
function merged(origin: Files, replicas: readonly Files[], picks: readonly number[]): Files {
  const left = [...replicas];
  let at = 0;
  while (left.length > 1) {
    const [a] = left.splice((picks[at++] ?? 0) % left.length, 1);
    const [b] = left.splice((picks[at++] ?? 0) % left.length, 1);
    if (a === undefined || b === undefined) break;
    left.push(merge(origin, a, b));
  }
  return left[0] ?? origin;
}

interface Scenario {
  readonly before: Step[];
  readonly replicas: Step[][];
  readonly orders: [number[], number[]];
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  before: steps(8),
  replicas: fc.array(steps(7), { minLength: 2, maxLength: 4 }),
  orders: fc.tuple(
    fc.array(fc.nat(7), { minLength: 8, maxLength: 8 }),
    fc.array(fc.nat(7), { minLength: 8, maxLength: 8 }),
  ),
});

/** Where an acknowledged edit is to be found: in the state, in a comment, or under a tombstone. */
function isFound(snapshot: Snapshot, { id, field, value }: Acknowledged): boolean {
  if (field === "memory") return [...memoriesOf(snapshot).values.values()].includes(value);
  const lines = snapshot.lines().filter((issue) => issue.id === id || mergeRecord(issue).was === id);
  return lines.some((issue) => {
    if (issue.status === "tombstone") return true;
    const comments = (issue.comments ?? []).map((one) => one.text).join("\n");
    if (field === "comment") return comments.includes(value);
    if (field === "label") return (issue.labels ?? []).includes(value) || comments.includes(`label ${value}: added`);
    if (field === "closed")
      return issue.status === "closed"
        ? issue.close_reason === value || comments.includes(`reason: ${value}`)
        : comments.includes("closed");
    if (field.startsWith("limits.") && String(limitsIn(snapshot, issue.id)[field.slice(7)]) === value) return true;
    return issue[field] === value || comments.includes(`${field}:\n${value}`);
  });
}

const RUNS = runs(15, 400);

const started = (word?: string): Step => ({
  op: word === undefined ? { op: "status", id: "tt-c", status: "in_progress" } : { op: "claim", id: "tt-c", word },
  tick: 0,
});

/** Two claims that read the same lose to a third, one after the other or as one. */
const SAME_CLAIMS: Scenario = {
  before: [],
  replicas: [[started("one")], [started()], [started()]],
  orders: [
    [0, 0, 0, 0, 0, 0, 0, 0],
    [1, 3, 0, 0, 0, 0, 0, 0],
  ],
};

test("any order of merges of concurrent edits ends in the same bytes, and what was acknowledged is there or named", () => {
  fc.assert(
    fc.property(scenario, ({ before, replicas, orders }) => {
      counter = 0;
      const origin = base(before);
      const homes = replicas.map((list, n) => edited(origin, `home${n}`, list, 50 + n));
      const [first, second] = orders.map((picks) =>
        merged(
          origin,
          homes.map((home) => home.files),
          picks,
        ),
      );
      if (first === undefined || second === undefined) return;
      expect(text(first)).toBe(text(second));
      const snapshot = snapshotOf(first);
      expect(snapshot.problems).toEqual([]);
      expect(loopsIn(snapshot)).toEqual([]);
      const missing = homes.flatMap((home) => home.last).filter((one) => !isFound(snapshot, one));
      expect(missing).toEqual([]);
    }),
    { numRuns: RUNS, examples: [[SAME_CLAIMS]] },
  );
});

test("merging is commutative and idempotent", () => {
  fc.assert(
    fc.property(scenario, ({ before, replicas }) => {
      const origin = base(before);
      const [a, b] = replicas.map((list, n) => edited(origin, `home${n}`, list, 50 + n).files);
      if (a === undefined || b === undefined) return;
      const both = merge(origin, a, b);
      expect(text(merge(origin, b, a))).toBe(text(both));
      expect(text(merge(origin, a, a))).toBe(text(a));
      expect(text(merge(a, both, a))).toBe(text(both));
      expect(text(merge(b, b, both))).toBe(text(both));
      expect(text(merge(origin, both, both))).toBe(text(both));
    }),
    { numRuns: RUNS },
  );
});
