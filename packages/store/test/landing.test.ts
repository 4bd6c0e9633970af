/** Which work of a task in a clone is accepted, and that only this work closes it when it is on its target. */
import { expect, test } from "vitest";

import { acceptedOf, landingOf } from "../src/claims.ts";
import { fleetRecord } from "../src/fleet-record.ts";
import type { Decision } from "../src/decision.ts";
import type { Issue } from "../src/issue.ts";
import { claim } from "../src/ops/claim.ts";
import { close, reopen } from "../src/ops/close.ts";
import { landed } from "../src/ops/landed.ts";
import { approve } from "../src/ops/review.ts";
import { type Disposition, retry, settle } from "../src/ops/settle.ts";
import { update } from "../src/ops/update.ts";
import { acting, attempt, inMemory, issueOf } from "./support.ts";

const HEAD = "a".repeat(40);
const mine = attempt(2);
const accepted = { attempt: mine, head: HEAD };

const issueIn = (decision: Decision<unknown>): Issue =>
  (decision.kind === "commit" ? decision.issues?.[0] : undefined) ?? issueOf("none");

const settled = (disposition: Disposition): Issue => {
  const held = issueOf("tt-x", { status: "in_progress", metadata: { fleet: { attempt: mine, attempts: 2 } } });
  return issueIn(
    settle(inMemory([held]), acting(), {
      id: "tt-x",
      attempt: mine,
      actor: "claude/aaaa",
      outcome: "done",
      reason: "done",
      counted: true,
      disposition,
      head: HEAD,
      ...(disposition.kind === "ask" ? { review: { claim: "done", change: "1 file", missing: [] } } : {}),
    }),
  );
};

const LAND = { kind: "land", reason: "done" } as const;

test("what is accepted is an attempt's work as one commit, by its proof and by a person", () => {
  expect(fleetRecord(settled(LAND)).accepted).toEqual(accepted);
  expect(fleetRecord(settled({ kind: "close", reason: "done" })).accepted).toEqual(accepted);
  const asked = settled({ kind: "ask" });
  expect(fleetRecord(asked).accepted).toBeUndefined();
  for (const lands of [true, false])
    expect(
      fleetRecord(issueIn(approve(inMemory([asked]), acting(), { id: "tt-x", words: "", lands }))).accepted,
    ).toEqual(accepted);
  expect(fleetRecord(issueIn(close(inMemory([asked]), acting(), { id: "tt-x", reason: "r" }))).accepted).toEqual(
    accepted,
  );
});

test("put back, claimed or set to another status, nothing of it is accepted any more", () => {
  const [waits, closed] = [settled(LAND), settled({ kind: "close", reason: "done" })];
  const again = { attempt: attempt(3), home: "h" };
  for (const after of [
    retry(inMemory([waits]), acting(), { id: "tt-x" }),
    update(inMemory([waits]), acting(), { id: "tt-x", status: "open" }),
    reopen(inMemory([closed]), acting(), { id: "tt-x" }),
    retry(inMemory([closed]), acting(), { id: "tt-x" }),
    claim(inMemory([{ ...closed, status: "open" }]), acting(), { id: "tt-x", ...again }),
  ])
    expect(fleetRecord(issueIn(after)).accepted).toBeUndefined();
});

test("what waits to land is closed before that by force alone, and keeps its work", () => {
  const waits = settled(LAND);
  const told = /closes once that has landed/;
  expect(() => close(inMemory([waits]), acting(), { id: "tt-x", reason: "r" })).toThrow(told);
  expect(() => update(inMemory([waits]), acting(), { id: "tt-x", status: "closed" })).toThrow(told);
  const forced = issueIn(close(inMemory([waits]), acting(), { id: "tt-x", reason: "r", force: true }));
  expect(forced.status).toBe("closed");
  expect(fleetRecord(forced)).toMatchObject({ accepted });
  expect(landingOf({ ...forced, status: "in_progress" })).toBeUndefined();
});

test("a task closes once the very work that it waits to land with is on its target", () => {
  const waits = settled(LAND);
  const on = { id: "tt-x", commit: "b".repeat(40), target: "main" };
  const land = (work: typeof accepted | undefined): Decision<Issue> =>
    landed(inMemory([waits]), acting(), { ...on, accepted: work });
  expect(land({ ...accepted, head: "c".repeat(40) }).kind).toBe("none");
  expect(land({ attempt: attempt(1), head: HEAD }).kind).toBe("none");
  expect(land(undefined).kind).toBe("none");
  expect(issueIn(land(accepted))).toMatchObject({ status: "closed", close_reason: "done" });
});

test("where a home of before told only which attempt waits to land, that is what was accepted", () => {
  const landing = { attempt: mine, at: "2026-03-01T12:00:00Z", reason: "done" };
  const old = issueOf("tt-x", { status: "in_progress", metadata: { fleet: { landing } } });
  expect(acceptedOf(old)).toEqual({ attempt: mine });
  const on = { id: "tt-x", commit: "b".repeat(40), target: "main", accepted: { attempt: mine } };
  expect(issueIn(landed(inMemory([old]), acting(), on))).toMatchObject({ status: "closed" });
});
