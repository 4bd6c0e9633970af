/** What an attempt may do with its own task, and how it is settled (ARCHITECTURE "The record of an attempt"). */
import { expect, test } from "vitest";

import { heldBy } from "../src/claims.ts";
import { setting } from "../src/task-settings.ts";
import { fleetRecord, withRecord } from "../src/fleet-record.ts";
import type { Decision } from "../src/decision.ts";
import type { Issue } from "../src/issue.ts";
import { claim } from "../src/ops/claim.ts";
import { close, reopen } from "../src/ops/close.ts";
import { addEdge } from "../src/ops/edges.ts";
import { type Disposition, retry, settle } from "../src/ops/settle.ts";
import { update } from "../src/ops/update.ts";
import { acting, attempt, inMemory, issueOf } from "./support.ts";

const mine = attempt(2);
const actor = "claude/aaaa";
const held = (over: object = {}, record: object = {}): Issue =>
  issueOf("tt-x", {
    status: "in_progress",
    assignee: actor,
    metadata: { cwd: "/src", fleet: { attempt: mine, attempts: 2, ...record } },
    ...over,
  });
const inside = acting({ actor, inside: { task: "tt-x", uuid: mine.uuid } });
const lost = acting({ actor, inside: { task: "tt-x", uuid: attempt(1).uuid } });

const first = (decision: Decision<unknown>): Issue =>
  (decision.kind === "commit" ? decision.issues?.[0] : undefined) ?? issueOf("none");

test.each([
  ["bd close", (issue: Issue) => close(inMemory([issue]), inside, { id: "tt-x", reason: "all green" }), "all green"],
  [
    "bd update --status closed",
    (issue: Issue) => update(inMemory([issue]), inside, { id: "tt-x", status: "closed", notes: "n" }),
    "Closed",
  ],
])("%s of its own task is a claim: in progress until the proof is there", (_what, verb, reason) => {
  const decision = verb(held());
  expect(decision).toMatchObject({ kind: "commit", event: "complete", attempt: mine });
  const next = first(decision);
  expect(next).toMatchObject({ status: "in_progress", assignee: actor });
  expect(next.closed_at).toBeUndefined();
  expect(fleetRecord(next)).toMatchObject({ attempt: mine, completion: { uuid: mine.uuid, reason } });
});

test("to the attempt it reads as closed", () => {
  const decision = close(inMemory([held()]), inside, { id: "tt-x", reason: "r" });
  expect(decision.result).toMatchObject({ kind: "claimed", issue: { status: "closed", close_reason: "r" } });
  expect(update(inMemory([held()]), inside, { id: "tt-x", status: "closed" }).result).toMatchObject({
    status: "closed",
  });
});

test("its own claim again changes nothing", () => {
  expect(claim(inMemory([held()]), inside, { id: "tt-x" }).kind).toBe("none");
});

test.each([
  ["close", () => close(inMemory([held()]), lost, { id: "tt-x", reason: "r" })],
  ["update", () => update(inMemory([held()]), lost, { id: "tt-x", notes: "n" })],
  ["claim", () => claim(inMemory([held({ status: "open", assignee: undefined })]), lost, { id: "tt-x" })],
  ["reopen", () => reopen(inMemory([held({ status: "closed" })]), lost, { id: "tt-x" })],
  ["dep add", () => addEdge(inMemory([held(), issueOf("tt-y")]), lost, { from: "tt-x", to: "tt-y", type: "blocks" })],
])("an attempt that lost its claim may not %s its task", (_what, verb) => {
  expect(verb).toThrow(/no longer holds tt-x; it may only comment/);
});

test("other tasks are open to it as to anyone", () => {
  const snapshot = inMemory([held(), issueOf("tt-y")]);
  expect(close(snapshot, lost, { id: "tt-y", reason: "r" }).result).toMatchObject({ kind: "closed" });
});

test("a person's close of a held task closes it and leaves the record for the supervisor", () => {
  const next = first(close(inMemory([held()]), acting(), { id: "tt-x", reason: "r" }));
  expect(next.status).toBe("closed");
  expect(heldBy(next)).toEqual(mine);
});

const settlement = (disposition: Disposition, over: object = {}): Parameters<typeof settle>[2] => ({
  id: "tt-x",
  attempt: mine,
  actor,
  outcome: "failed",
  reason: "exit 1",
  counted: true,
  disposition,
  ...over,
});

test.each<[string, Disposition, object, object, string]>([
  [
    "close",
    { kind: "close", reason: "proven" },
    { status: "closed", close_reason: "proven" },
    { attempts: 2, tries: 1 },
    "close",
  ],
  [
    "retry",
    { kind: "retry", notBefore: "2026-03-01T13:00:00Z" },
    { status: "open" },
    { attempts: 2, tries: 1, reason: "exit 1", not_before: "2026-03-01T13:00:00Z" },
    "release",
  ],
  [
    "block",
    { kind: "block" },
    { status: "blocked", notes: "exit 1" },
    { attempts: 2, tries: 1, reason: "exit 1" },
    "block",
  ],
])("settle: %s", (_what, disposition, fields, record, event) => {
  const issue = held({}, { completion: { uuid: mine.uuid, at: "x", reason: "r" } });
  const decision = settle(
    inMemory([issue]),
    acting(),
    settlement(disposition, { comment: "stderr", session: { id: "s", coder: "claude" } }),
  );
  expect(decision).toMatchObject({ event, attempt: mine });
  const next = first(decision);
  expect(next).toMatchObject(fields);
  expect(fleetRecord(next)).toEqual({ ...record, session: "s", session_coder: "claude" });
  expect(next.comments).toMatchObject([{ text: "stderr" }]);
  expect(setting(next, "cwd")).toBe("/src");
  // Late or repeated: nothing.
  expect(settle(inMemory([next]), acting(), settlement(disposition))).toEqual({
    kind: "none",
    result: { kind: "not-ours" },
  });
});

test("a settlement for another attempt, or of a task that is gone, changes nothing", () => {
  const other = settlement({ kind: "block" }, { attempt: attempt(3) });
  expect(settle(inMemory([held()]), acting(), other).result).toEqual({ kind: "not-ours" });
  expect(settle(inMemory([held({ status: "tombstone" })]), acting(), other).result).toEqual({ kind: "not-ours" });
  expect(settle(inMemory([]), acting(), other).result).toEqual({ kind: "not-ours" });
});

test.each(["closed", "open", "blocked"])(
  "what a person made %s meanwhile is kept; only the record is deleted",
  (status) => {
    const next = first(settle(inMemory([held({ status })]), acting(), settlement({ kind: "close", reason: "proven" })));
    expect(next.status).toBe(status);
    expect(heldBy(next)).toBeUndefined();
  },
);

test("what does not count leaves the tries", () => {
  const next = first(
    settle(
      inMemory([held({}, { tries: 1 })]),
      acting(),
      settlement({ kind: "retry", notBefore: undefined }, { counted: false }),
    ),
  );
  expect(fleetRecord(next).tries).toBe(1);
});

test("retry takes no claim from a living attempt; of another home's, only the one that is named", () => {
  const issue = held({}, { home: "elsewhere", account: "work", tries: 1 });
  const retried = (release?: string) =>
    retry(inMemory([issue]), acting(), { id: "tt-x", ...(release === undefined ? {} : { release }) });
  expect(() => retried()).toThrow(/held by attempt 2/);
  expect(() => retried(attempt(1).uuid)).toThrow(/held by attempt 2/);
  const next = first(retried(mine.uuid));
  expect([next.status, next.assignee, fleetRecord(next)]).toEqual(["open", undefined, { attempts: 2 }]);
  expect(retried(mine.uuid)).toMatchObject({
    trailers: [["Fleet-Released", expect.stringMatching(/^attempt 2 of the home elsewhere, which .* said is gone$/)]],
  });
});

test("retry resets the tries and keeps the rest", () => {
  const issue = issueOf("tt-x", {
    status: "blocked",
    metadata: { fleet: { tries: 3, attempts: 3, reason: "r", not_before: "n", session: "s" } },
  });
  const next = first(retry(inMemory([issue]), acting(), { id: "tt-x" }));
  const session = { session: "s-1", session_coder: "claude", session_account: "work" };
  const begun = withRecord(issue, session);
  expect(fleetRecord(first(retry(inMemory([begun]), acting(), { id: "tt-x" })))).toMatchObject(session);
  const fresh = fleetRecord(first(retry(inMemory([begun]), acting(), { id: "tt-x", fresh: true })));
  for (const name of Object.keys(session)) expect(fresh).not.toHaveProperty(name);
  expect(next.status).toBe("open");
  expect(fleetRecord(next)).toEqual({ attempts: 3, session: "s" });
  expect(() => retry(inMemory([]), acting(), { id: "tt-x" })).toThrow(/no issue found/);
});

test("the line that says why it was blocked is in the notes once, and is gone after it was put back", () => {
  const blocked = (notes: string | undefined): Issue =>
    first(settle(inMemory([held({ notes })]), acting(), settlement({ kind: "block" })));
  const back = (issue: Issue): Issue => first(retry(inMemory([issue]), acting(), { id: "tt-x" }));
  expect(blocked("mine\nexit 1").notes).toBe("mine\nexit 1");
  expect(back(blocked("mine")).notes).toBe("mine");
  expect(back(blocked(undefined))).not.toHaveProperty("notes");
  expect(back(withRecord(blocked("mine"), { reason: "set by hand" })).notes).toBe("mine\nexit 1");
});

test("fields of the record that are not known here stay, also inside and beside what can't be understood", () => {
  const odd = issueOf("tt-x", { metadata: { fleet: { attempt: { n: 1, uuid: "u", host: "h" }, later: { a: 1 } } } });
  expect(withRecord(odd, { tries: 1 }).metadata).toEqual({
    fleet: { attempt: { n: 1, uuid: "u", host: "h" }, later: { a: 1 }, tries: 1 },
  });
  const broken = issueOf("tt-x", { metadata: { fleet: { attempt: "x", keep: 1 } } });
  expect(withRecord(broken, { tries: 1 }).metadata).toEqual({ fleet: { attempt: "x", keep: 1, tries: 1 } });
});

const over = (issue: Partial<Issue>): Issue =>
  held({ started_at: "2026-02-01T00:00:00.000Z", ...issue }, { attempt: undefined, tries: 3, reason: "tried" });

test.each([
  ["reopen", (issue: Issue) => reopen(inMemory([issue]), acting(), { id: "tt-x" })],
  ["update --status open", (issue: Issue) => update(inMemory([issue]), acting(), { id: "tt-x", status: "open" })],
  ["retry", (issue: Issue) => retry(inMemory([issue]), acting(), { id: "tt-x" })],
])("%s releases what an attempt that has ended held, and keeps whom a person assigned", (_what, verb) => {
  const next = first(verb(over({ status: "closed" })));
  expect([next.status, next.assignee, next.started_at]).toEqual(["open", undefined, undefined]);
  const bobs = first(verb(over({ status: "closed", assignee: "bob" })));
  expect([bobs.status, bobs.assignee]).toEqual(["open", "bob"]);
});

test("a reopened task starts with fresh tries", () => {
  const next = first(reopen(inMemory([over({ status: "closed" })]), acting(), { id: "tt-x" }));
  expect(fleetRecord(next)).toEqual({ attempts: 2 });
});

test("update --status open with an assignee takes that one", () => {
  const decision = update(inMemory([over({ status: "closed" })]), acting(), {
    id: "tt-x",
    status: "open",
    assignee: "bob",
  });
  expect(first(decision).assignee).toBe("bob");
});
