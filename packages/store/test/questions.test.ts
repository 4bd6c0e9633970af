/** What attempts ask: one commit each, and the order of commits decides. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fleetRecord } from "../src/claims.ts";
import type { Decision } from "../src/decision.ts";
import type { Issue } from "../src/issue.ts";
import { answer } from "../src/ops/answer.ts";
import { ask, giveUp } from "../src/ops/ask.ts";
import { settle } from "../src/ops/settle.ts";
import { update } from "../src/ops/update.ts";
import { openQuestions, questionsOf, stateOf, waitedMs } from "../src/questions.ts";
import { comment } from "../src/ops/comment.ts";
import { done, EMPTY, type Files, merge, snapshotOf, text } from "./merge-world.ts";
import { acting, attempt, inMemory, issueOf, NOON } from "./support.ts";

const mine = attempt(2);
const held = (over: object = {}, record: object = {}): Issue =>
  issueOf("tt-x", {
    status: "in_progress",
    assignee: "claude/aaaa",
    metadata: { cwd: "/src", fleet: { attempt: mine, attempts: 2, ...record } },
    ...over,
  });
const inside = acting({ actor: "claude/aaaa", inside: { task: "tt-x", uuid: mine.uuid } });
const later = (millis: number) => ({ ...inside, now: NOON + millis });
const ann = acting({ now: NOON + 1000 });
const in10m = new Date(NOON + 600_000).toISOString();

const first = (decision: Decision<unknown>): Issue =>
  (decision.kind === "commit" ? decision.issues?.[0] : undefined) ?? issueOf("none");
const asking = (issue: Issue, text: string, more: object = {}): Issue =>
  first(ask(inMemory([issue]), inside, { text, ...more }));
const states = (issue: Issue, now = NOON): string[] => questionsOf(issue, now).map(({ state }) => state);
const end = (issue: Issue, more: object = {}): Issue =>
  first(
    settle(inMemory([issue]), acting({ now: NOON + 2000 }), {
      id: "tt-x",
      attempt: mine,
      actor: "claude/aaaa",
      outcome: "question",
      reason: "which?",
      counted: false,
      disposition: { kind: "block" },
      session: { id: "s1", coder: "claude" },
      ...more,
    }),
  );

describe("ask", () => {
  test("without a wait it blocks the task, and shows as a comment that bd knows", () => {
    const decision = ask(inMemory([held()]), inside, { text: " Which port? ", options: ["80", "81"] });
    expect(decision).toMatchObject({ kind: "commit", event: "ask", subject: "Which port?", attempt: mine });
    const next = first(decision);
    expect(next).toMatchObject({ status: "blocked", assignee: "claude/aaaa" });
    expect(next.comments?.map(({ text }) => text)).toEqual(["Question 1: Which port?\nOptions: 80 / 81"]);
    expect(fleetRecord(next).questions).toMatchObject([{ text: "Which port?", options: ["80", "81"], attempt: mine }]);
    expect(states(next)).toEqual(["blocking"]);
  });

  test("with a wait the task goes on", () => {
    const next = asking(held(), "Which?", { until: in10m });
    expect(next.status).toBe("in_progress");
    expect(states(next)).toEqual(["waiting"]);
    expect(states(next, NOON + 661_000)).toEqual(["lapsed"]);
  });

  test("the very same question again is the same one; answered, it gives its answer", () => {
    const once = asking(held(), "Which?");
    const twice = asking(once, "Which?");
    expect(fleetRecord(twice).questions).toHaveLength(1);
    expect(twice.comments).toHaveLength(1);
    const answered = first(answer(inMemory([twice]), ann, { id: "tt-x", text: "80" }));
    const again = ask(inMemory([answered]), inside, { text: "Which?" });
    expect(again).toMatchObject({ kind: "none", result: { n: 1, question: { answer: { text: "80", by: "ann" } } } });
    const anew = asking(answered, "Which?", { again: true });
    expect(fleetRecord(anew).questions).toHaveLength(2);
  });

  test("a wait that ran out becomes a question that blocks", () => {
    const waiting = asking(held(), "Which?", { until: in10m });
    const { id = "" } = fleetRecord(waiting).questions?.[0] ?? {};
    const lapsed = first(giveUp(inMemory([waiting]), later(600_000), id));
    expect(states(lapsed, NOON + 600_000)).toEqual(["lapsed"]);
    const blocked = asking(lapsed, "Which?");
    expect(states(blocked)).toEqual(["blocking"]);
    expect(blocked.status).toBe("blocked");
  });

  test.each([
    ["nobody", acting(), /only an attempt can ask/],
    ["an attempt that lost its claim", acting({ inside: { task: "tt-x", uuid: attempt(1).uuid } }), /no longer holds/],
  ])("%s can't ask", (_who, act, message) => {
    expect(() => ask(inMemory([held()]), act, { text: "Which?" })).toThrow(message);
  });

  test("an agent that blocks its own task with words asks; a person who does, or one without words, does not", () => {
    const block = (act: typeof inside, notes?: string): Issue =>
      first(
        update(inMemory([held()]), act, { id: "tt-x", status: "blocked", ...(notes === undefined ? {} : { notes }) }),
      );
    expect(states(block(inside, "which key?"))).toEqual(["blocking"]);
    expect(states(block(inside))).toEqual([]);
    expect(states(block(acting(), "by hand"))).toEqual([]);
    // Said again in other words: one question, the last one.
    const reworded = first(
      update(inMemory([block(inside, "which key?")]), inside, {
        id: "tt-x",
        status: "blocked",
        notes: "which key, A or B?",
      }),
    );
    expect(fleetRecord(reworded).questions).toMatchObject([{ text: "which key, A or B?" }]);
  });
});

describe("answer", () => {
  test("after the attempt has ended: back in the queue, no try, no pause, its session kept", () => {
    const settled = end(asking(held({}, { tries: 1 }), "Which?"));
    expect(settled).toMatchObject({ status: "blocked" });
    const decision = answer(inMemory([settled]), ann, { id: "tt-x", text: "80" });
    expect(decision).toMatchObject({ event: "answer", subject: "80", result: { reaches: "queue" } });
    const next = first(decision);
    expect(next.status).toBe("open");
    expect(next.assignee).toBeUndefined();
    expect(fleetRecord(next)).toMatchObject({ tries: 1, session: "s1" });
    expect(fleetRecord(next).reason).toBeUndefined();
    expect(next.comments?.at(-1)).toMatchObject({ author: "ann", text: "Answer to question 1: 80" });
  });

  test("while the attempt still ends: nothing is taken from it, and its end puts the task back", () => {
    const asked = asking(held(), "Which?");
    const decision = answer(inMemory([asked]), ann, { id: "tt-x", text: "80" });
    expect(decision.result.reaches).toBe("ending");
    const answered = first(decision);
    expect(answered).toMatchObject({ status: "blocked", assignee: "claude/aaaa" });
    const back = end(answered);
    expect(back.status).toBe("open");
    expect(back.assignee).toBeUndefined();
    expect(fleetRecord(back)).toMatchObject({ session: "s1", questions: [{ answer: { text: "80" } }] });
    expect(fleetRecord(back).reason).toBeUndefined();
  });

  test("while the attempt still ends, which a person has stopped: it stays blocked", () => {
    const answered = first(answer(inMemory([asking(held(), "Which?")]), ann, { id: "tt-x", text: "80" }));
    expect(end(answered, { outcome: "killed", byPerson: true })).toMatchObject({ status: "blocked" });
  });

  test("of a wait: the asker gets it, also when its time is up at the same moment", () => {
    const waiting = asking(held(), "Which?", { until: in10m });
    const decision = answer(inMemory([waiting]), ann, { id: "tt-x", text: "80" });
    expect(decision.result.reaches).toBe("asker");
    const answered = first(decision);
    expect(answered.status).toBe("in_progress");
    const { id = "" } = fleetRecord(answered).questions?.[0] ?? {};
    expect(giveUp(inMemory([answered]), later(600_000), id)).toMatchObject({
      kind: "none",
      result: { answer: { text: "80" } },
    });
  });

  test("that comes too late is kept for the next prompt", () => {
    const waiting = asking(held(), "Which?", { until: in10m });
    const ended = first(giveUp(inMemory([waiting]), later(600_000), fleetRecord(waiting).questions?.[0]?.id ?? ""));
    const decision = answer(inMemory([ended]), acting({ now: NOON + 700_000 }), { id: "tt-x", text: "80" });
    expect(decision.result.reaches).toBe("later");
    expect(first(decision).status).toBe("in_progress");
    // Put back by hand, and answered all the same.
    const reopened = { ...end(asking(held(), "Which?")), status: "open" };
    expect(answer(inMemory([reopened]), ann, { id: "tt-x", text: "80" }).result.reaches).toBe("later");
  });

  test("twice: says who did, and what", () => {
    const answered = first(answer(inMemory([asking(held(), "Which?")]), ann, { id: "tt-x", text: "80" }));
    expect(() => answer(inMemory([answered]), ann, { id: "tt-x", text: "81" })).toThrow(
      /question 1 of tt-x \("Which\?"\) was answered by ann at .*: "80"/,
    );
  });

  test("several open: says which there are, and the task goes back when all are answered", () => {
    const two = end(asking(asking(held(), "Which port?"), "Which host?"));
    expect(() => answer(inMemory([two]), ann, { id: "tt-x", text: "80" })).toThrow(/2 open questions.*-q 1.*-q 2/s);
    const one = answer(inMemory([two]), ann, { id: "tt-x", text: "80", n: 1 });
    expect(one.result.reaches).toBe("more");
    const done = answer(inMemory([first(one)]), ann, { id: "tt-x", text: "::1" });
    expect(done.result).toMatchObject({ n: 2, reaches: "queue", issue: { status: "open" } });
  });

  test.each([
    ["nothing was asked", held(), {}, /tt-x has asked nothing/],
    ["blocked by a person", held({ status: "blocked" }), {}, /blocked: fleet task tt-x, fleet retry tt-x/],
    ["no such number", asking(held(), "Which?"), { n: 7 }, /has no question 7/],
    ["closed meanwhile", { ...asking(held(), "Which?"), status: "closed" }, {}, /is closed: nobody waits/],
    ["no words", asking(held(), "Which?"), { text: "  " }, /needs words/],
  ])("%s: refused", (_what, issue, more, message) => {
    expect(() => answer(inMemory([issue]), ann, { id: "tt-x", text: "80", ...more })).toThrow(message);
  });
});

test("a later attempt does not wait for what an earlier one asked", () => {
  const settled = end(asking(held(), "Which?"));
  expect(states(settled)).toEqual(["blocking"]);
  const next: Issue = { ...settled, metadata: { fleet: { ...fleetRecord(settled), attempts: 3 } } };
  expect(states(next)).toEqual(["lapsed"]);
});

test("time spent waiting counts once, and never beyond what was asked for", () => {
  const span = fc.record({
    from: fc.nat(1000),
    length: fc.nat(500),
    end: fc.option(fc.tuple(fc.constantFrom("ended", "answer"), fc.nat(800))),
  });
  const at = (millis: number): string => new Date(NOON + millis).toISOString();
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), fc.nat(2000), (spans, now) => {
      const questions = spans.map(({ from, length, end: over }, i) => ({
        id: String(i),
        by: "a",
        attempt: mine,
        at: at(from),
        text: "?",
        until: at(from + length),
        ...(over?.[0] === "ended" ? { ended: at(from + over[1]) } : {}),
        ...(over?.[0] === "answer" ? { answer: { text: "!", by: "b", at: at(from + over[1]) } } : {}),
      }));
      const expected = Array.from({ length: 2000 }, (_, t) => t).filter(
        (t) =>
          t < now &&
          spans.some(({ from, length, end: over }) => t >= from && t < from + Math.min(length, over?.[1] ?? Infinity)),
      ).length;
      const issue = held({}, { questions });
      expect(waitedMs(issue, mine.uuid, NOON + now)).toBe(expected);
      expect(waitedMs(issue, "another", NOON + now)).toBe(0);
      for (const question of questions) expect(stateOf(issue, question, NOON)).not.toBe("blocking");
    }),
  );
  expect(openQuestions(held(), NOON)).toEqual([]);
});

describe("two homes", () => {
  const files = (issue: Issue): Files =>
    done(EMPTY, acting(), () => ({ kind: "commit", event: "x", subject: "x", issues: [issue], result: 0 }));
  const both = (base: Files, a: Files, b: Files): Issue => {
    const merged = merge(base, a, b);
    expect(text(merge(base, b, a))).toBe(text(merged));
    return snapshotOf(merged).issue("tt-x") ?? issueOf("none");
  };

  test("an answer here and an asker that gives up there: the answer stands", () => {
    const waiting = asking(held(), "Which?", { until: in10m });
    const base = files(waiting);
    const here = done(base, ann, (now) => answer(now, ann, { id: "tt-x", text: "80" }));
    const { id = "" } = fleetRecord(waiting).questions?.[0] ?? {};
    const there = done(base, later(600_000), (now) => giveUp(now, later(600_000), id));
    const issue = both(base, here, there);
    expect(fleetRecord(issue).questions).toMatchObject([
      { text: "Which?", answer: { text: "80" }, ended: expect.any(String) },
    ]);
    expect(issue.comments?.map((one) => one.text)).toEqual(["Question 1: Which?", "Answer to question 1: 80"]);
  });

  test("answered here while there something else was said: back in the queue", () => {
    const base = files(end(asking(held(), "Which?")));
    const here = done(base, ann, (now) => answer(now, ann, { id: "tt-x", text: "80" }));
    const there = done(base, later(9_000), (now) => comment(now, later(9_000), { id: "tt-x", text: "hm" }));
    expect(both(base, here, there)).toMatchObject({ status: "open" });
  });

  test("answered in both: the later answer stands, both are to be read", () => {
    const base = files(asking(held(), "Which?", { until: in10m }));
    const bob = acting({ actor: "bob", now: NOON + 5_000 });
    const here = done(base, ann, (now) => answer(now, ann, { id: "tt-x", text: "80" }));
    const there = done(base, bob, (now) => answer(now, bob, { id: "tt-x", text: "81" }));
    const issue = both(base, here, there);
    expect(fleetRecord(issue).questions).toMatchObject([{ answer: { text: "81", by: "bob" } }]);
    expect(issue.comments?.map((one) => one.text)).toEqual(
      expect.arrayContaining(["Answer to question 1: 80", "Answer to question 1: 81"]),
    );
  });
});
