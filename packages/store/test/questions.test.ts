/** What attempts ask: one commit each, and the order of commits decides. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { heldBy } from "../src/claims.ts";
import { fleetRecord } from "../src/fleet-record.ts";
import { type Decision, message } from "../src/decision.ts";
import type { Issue } from "../src/issue.ts";
import { answer } from "../src/ops/answer.ts";
import { ask, giveUp } from "../src/ops/ask.ts";
import { close } from "../src/ops/close.ts";
import { retry, settle } from "../src/ops/settle.ts";
import { update } from "../src/ops/update.ts";
import { isByOption, openQuestions, optionMeant, questionsOf } from "../src/questions.ts";
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

  test("a choice is one line, and the commit's subject is short", () => {
    const decision = ask(inMemory([held()]), inside, { text: "Which? ".repeat(60), options: ["a\nb  c", " \n", "d"] });
    expect(fleetRecord(first(decision)).questions).toMatchObject([{ options: ["a b c", "d"] }]);
    const [subject = ""] = (decision.kind === "commit" ? message(decision) : "").split("\n");
    expect(subject).toMatch(/^ask tt-x: Which\? .*…$/);
    expect(subject).toHaveLength(100);
  });

  test("with a wait the task continues", () => {
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

  test.each([
    ["yes", "Yes", true],
    [" Yes ", "Yes", true],
    ["perhaps", "perhaps", false],
  ])("answered with %j it is answered with %j, one of its options: %s", (given, kept, isOption) => {
    const asked = asking(held(), "Go on?", { options: ["Yes", "No"] });
    const [question] = fleetRecord(first(answer(inMemory([asked]), ann, { id: "tt-x", text: given }))).questions ?? [];
    expect(question?.answer?.text).toBe(kept);
    expect(isByOption(question ?? {})).toBe(isOption);
  });

  test("of options that differ in capitals alone the one as written is meant", () => {
    expect(optionMeant({ options: ["v", "V"] }, "V")).toBe("V");
    expect(isByOption({ options: [] })).toBeNull();
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
    ["closed meanwhile", { ...asking(held(), "Which?"), status: "closed" }, {}, /is closed: no attempt waits/],
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

describe("an attempt that blocked its own task", () => {
  const outside = acting({ actor: "bob", now: NOON + 500 });
  const set = (issue: Issue, act: typeof inside, input: object): Issue =>
    first(update(inMemory([issue]), act, { id: "tt-x", ...input }));
  const closes = (issue: Issue): Issue => first(close(inMemory([issue]), inside, { id: "tt-x", reason: "all done" }));
  const settled = (issue: Issue): Issue =>
    end(issue, { outcome: "done", reason: "all done", disposition: { kind: "close", reason: "all done" } });
  const tomorrow = new Date(NOON + 86_400_000).toISOString();
  const words = (issue: Issue): (string | undefined)[] => (issue.comments ?? []).map(({ text: said }) => said);

  test.each([
    ["asked", (issue: Issue) => asking(issue, "hm?")],
    ["blocked it with words", (issue: Issue) => set(issue, inside, { status: "blocked", notes: "hm?" })],
    ["blocked it without a word", (issue: Issue) => set(issue, inside, { status: "blocked" })],
    [
      "asked twice, the second time with a wait",
      (issue: Issue) => asking(asking(issue, "hm?"), "hm?", { until: in10m }),
    ],
  ])("%s, and closes it: that is over, and proven work is closed", (_what, before) => {
    const claimed = closes(before(held()));
    expect(claimed).toMatchObject({ status: "in_progress" });
    expect(fleetRecord(claimed)).not.toHaveProperty("blocked_by");
    expect(states(claimed)).not.toContain("blocking");
    expect(settled(claimed)).toMatchObject({ status: "closed", close_reason: "all done" });
  });

  test("its question is withdrawn then, in a comment; an answer that comes all the same is kept", () => {
    const claimed = closes(asking(held(), "hm?"));
    expect(states(claimed)).toEqual(["lapsed"]);
    expect(words(claimed)).toEqual([
      "Question 1: hm?",
      "Question 1 is withdrawn: the agent continues without an answer.",
    ]);
    expect(answer(inMemory([claimed]), ann, { id: "tt-x", text: "80" }).result.reaches).toBe("later");
  });

  test.each([
    ["blocked", { status: "blocked" }],
    ["deferred", { status: "deferred", defer_until: tomorrow }],
  ])("what a person has %s meanwhile is kept, with the reason", (status, input) => {
    const before = [held(), asking(held(), "hm?"), set(held(), inside, { status: "blocked" })];
    for (const issue of before) {
      const claimed = closes(set(set(issue, outside, input), inside, { status: "blocked", notes: "me too" }));
      // By its own hand nothing of that is undone.
      expect(claimed.status).toBe("blocked");
      const byPerson = closes(set(issue, outside, input));
      expect(byPerson.status).toBe(status);
      const after = settled(byPerson);
      expect(after.status).toBe(status);
      expect(fleetRecord(after).reason).toBe(
        `done (all done), but set to ${status} meanwhile: fleet bd close tt-x closes it`,
      );
      expect(heldBy(after)).toBeUndefined();
    }
  });

  test("a block that it takes back: the question is withdrawn, and no later block is its", () => {
    const on = set(set(held(), inside, { status: "blocked", notes: "hm?" }), inside, { status: "in_progress" });
    expect(on.status).toBe("in_progress");
    expect(states(on)).toEqual(["lapsed"]);
    expect(words(on)).toEqual(["Question 1 is withdrawn: the agent continues without an answer."]);
    const failed = end(on, { outcome: "failed", reason: "failed 3 times", counted: true });
    expect(failed).toMatchObject({ status: "blocked" });
    expect(states(failed)).toEqual(["lapsed"]);
    expect(answer(inMemory([failed]), ann, { id: "tt-x", text: "80" }).result).toMatchObject({
      reaches: "later",
      issue: { status: "blocked" },
    });
    // Asked anew it is the same question, and blocks again.
    expect(states(asking(on, "hm?"))).toEqual(["blocking"]);
  });

  test("and is blocked by a person after it was put back: nothing of the old question is the way out", () => {
    const asked = end(asking(held(), "hm?"));
    for (const back of [
      set(asked, outside, { status: "open" }),
      first(retry(inMemory([asked]), outside, { id: "tt-x" })),
    ]) {
      const blocked = set(back, outside, { status: "blocked" });
      expect(states(blocked)).toEqual(["lapsed"]);
      expect(words(back)).toEqual(words(asked));
    }
  });

  test("whatever is done in which order: what is blocked or put off in the end is so by a person", () => {
    const acts = { agent: inside, person: outside };
    const step = fc.oneof(
      fc.record({ who: fc.constant("agent" as const), status: fc.constantFrom("blocked", "in_progress") }),
      fc.record({
        who: fc.constant("person" as const),
        status: fc.constantFrom("blocked", "deferred", "in_progress"),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        const issue = steps.reduce((now, { who, status }) => set(now, acts[who], { status }), held());
        // By a person, and in progress by nobody's word since: an agent that blocks it then does not make it its own.
        const since = steps.slice(steps.findLastIndex(({ status }) => status === "in_progress") + 1);
        const isPersons = since.some(({ who }) => who === "person");
        const claimed = closes(issue);
        expect(claimed.status).toBe(isPersons ? issue.status : "in_progress");
        expect(settled(claimed).status).toBe(isPersons ? issue.status : "closed");
      }),
    );
  });
});

test("what is asked with a wait never blocks, and of a task that asked nothing nothing is open", () => {
  expect(questionsOf(asking(held(), "Which?", { until: in10m }), NOON).map(({ state }) => state)).toEqual(["waiting"]);
  expect(openQuestions(held(), NOON)).toEqual([]);
});

describe("two homes", () => {
  const files = (issue: Issue): Files =>
    done(EMPTY, acting(), () => ({ kind: "commit", event: "update", subject: "x", issues: [issue], result: 0 }));
  const both = (base: Files, a: Files, b: Files): Issue => {
    const merged = merge(base, a, b);
    expect(text(merge(base, b, a))).toBe(text(merged));
    return snapshotOf(merged).issue("tt-x") ?? issueOf("none");
  };

  test("an answer here and an asker that gives up there: the answer is kept", () => {
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

  test("answered in both: the later answer holds, both can be read", () => {
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
