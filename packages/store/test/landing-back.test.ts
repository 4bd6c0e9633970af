/** A task that is to land: what becomes of it in the queue. */
import { expect, test } from "vitest";

import { landingOf, reviewOf } from "../src/claims.ts";
import { fleetRecord } from "../src/fleet-record.ts";
import type { Decision } from "../src/decision.ts";
import type { Issue } from "../src/issue.ts";
import { close } from "../src/ops/close.ts";
import { landBack } from "../src/ops/land-back.ts";
import { landed } from "../src/ops/landed.ts";
import { approve } from "../src/ops/review.ts";
import { retry } from "../src/ops/settle.ts";
import { undoLanding } from "../src/ops/undo-landing.ts";
import { acting, attempt, edge, inMemory, issueOf } from "./support.ts";

const mine = attempt(2);
const waiting = (record: object = {}): Issue =>
  issueOf("tt-x", {
    status: "in_progress",
    metadata: {
      fleet: {
        attempts: 2,
        session: "s",
        grade: "checked",
        landing: { attempt: mine, at: "2026-03-01T12:00:00Z", reason: "all green" },
        ...record,
      },
    },
  });
const first = (decision: Decision<unknown>): Issue =>
  (decision.kind === "commit" ? decision.issues?.[0] : undefined) ?? issueOf("none");
const round = { n: 1, tip: "c1", attempt: mine.uuid };
const back = { id: "tt-x", attempt: mine.uuid, reason: "conflicts" };

test("what goes back keeps its session and its tries, and knows its round until a person puts it back", () => {
  const next = first(landBack(inMemory([waiting()]), acting(), { ...back, to: { kind: "retry", round } }));
  expect(next.status).toBe("open");
  expect(fleetRecord(next)).toEqual({ attempts: 2, session: "s", reason: "conflicts", landing_round: round });
  const again = first(retry(inMemory([{ ...next, status: "blocked" }]), acting(), { id: "tt-x" }));
  expect(fleetRecord(again).landing_round).toBeUndefined();
});

test("what is sent back late, of other work than waits now, changes nothing", () => {
  const decision = landBack(inMemory([waiting()]), acting(), {
    ...back,
    attempt: "another",
    to: { kind: "retry", round },
  });
  expect(decision.kind).toBe("none");
});

test("what its target has already is for a person to judge", () => {
  const next = first(landBack(inMemory([waiting()]), acting(), { ...back, to: { kind: "ask", isThere: true } }));
  expect(landingOf(next)).toBeUndefined();
  expect(reviewOf(next)).toMatchObject({ claim: "all green", missing: ["conflicts"], no_change: true });
});

test("work taken off its target lands again once it is approved again", () => {
  const accepted = { attempt: mine, head: "c0" };
  const asked = first(
    landBack(inMemory([waiting({ accepted })]), acting(), { ...back, to: { kind: "ask", isThere: false } }),
  );
  expect(reviewOf(asked)).toMatchObject({ grade: "checked", head: "c0" });
  expect(reviewOf(asked)).not.toHaveProperty("no_change");
  const again = first(approve(inMemory([asked]), acting(), { id: "tt-x", words: "", lands: true }));
  expect(again.status).toBe("in_progress");
  expect(landingOf(again)).toMatchObject({ attempt: mine });
});

test("landed by force, it closes in the name of who said so; what was taken back waits for approval", () => {
  const open = issueOf("tt-x", { status: "blocked" });
  const on = { id: "tt-x", accepted: undefined, commit: "c2", target: "main" };
  expect(landed(inMemory([open]), acting(), on).kind).toBe("none");
  const forced = landed(inMemory([open]), acting(), { ...on, forcedBy: "ann" });
  expect(forced).toMatchObject({ trailers: expect.arrayContaining([["Fleet-Forced", "ann"]]) });
  expect(first(forced)).toMatchObject({ status: "closed", metadata: { fleet: { accepted_by: "ann" } } });
  const undone = first(undoLanding(inMemory([first(forced)]), acting(), { ...on, attempt: mine }));
  expect(reviewOf(undone)).toMatchObject({ missing: ["ann took it back from main"] });
  // By whom, nobody knows; and no commit did it.
  const off = undoLanding(inMemory([first(forced)]), acting(), { ...on, commit: null, attempt: mine });
  expect(reviewOf(first(off))).toMatchObject({ missing: ["it was taken off main"] });
  expect(off).not.toHaveProperty("trailers");
});

test("an attempt says that it is done while what it was begun with is still open", () => {
  const held = issueOf("tt-x", {
    status: "in_progress",
    metadata: { fleet: { attempt: mine } },
    dependencies: [edge("tt-x", "tt-y", "blocks")],
  });
  const snapshot = inMemory([held, issueOf("tt-y")]);
  const inside = acting({ inside: { task: "tt-x", uuid: mine.uuid } });
  expect(close(snapshot, inside, { id: "tt-x", reason: "r" }).result).toMatchObject({ kind: "claimed" });
  expect(() => close(snapshot, acting(), { id: "tt-x", reason: "r" })).toThrow(/blocked by open issues/);
});
