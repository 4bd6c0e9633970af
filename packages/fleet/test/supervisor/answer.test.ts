/** What becomes of a claim that a task is done: the table, row by row. */
import { describe, expect, it } from "vitest";

import { answer, type AnswerFacts } from "../../src/engine/core/answer.ts";

const facts = (over: Partial<AnswerFacts> = {}): AnswerFacts => ({
  level: "change",
  said: { kind: "closed", reason: "made it" },
  empty: false,
  worked: "some",
  changed: true,
  unseen: undefined,
  shared: false,
  passedOver: [],
  elsewhere: [],
  amiss: [],
  unclear: [],
  passed: [],
  proved: false,
  answered: false,
  expected: false,
  ...over,
});
const COULD_NOT = { kind: "closed", reason: "I could not make the tests pass" } as const;
const ENDED = { kind: "ended", how: "exit 0" } as const;
const SCRIPT = { kind: "script", how: "exit 0" } as const;
const NO_CHANGE = { kind: "no-change", reason: "it is there already" } as const;
const UNSEEN = { changed: undefined, unseen: "git took too long" };
const SHARED = { changed: undefined, unseen: "whether t-1 or t-2 changed a can't be told", shared: true };

type Case = [what: string, over: Partial<AnswerFacts>, kind: string, told: string];

const told = (over: Partial<AnswerFacts>): string => {
  const found = answer(facts(over));
  return found.kind === "believed" ? `${found.grade}: ${found.reason}` : found.reason;
};

describe("the answer to a claim", () => {
  it.each<Case>([
    ["says that no change is needed", { said: NO_CHANGE, passed: ["t"] }, "asked", "nothing has to change"],
    ["says so, and a check is red", { said: NO_CHANGE, amiss: ["red"] }, "asked", "nothing has to change; red"],
    ["what was to be proven is", { passed: ["t"], proved: true }, "believed", "proved: made it"],
    ["it is, and nothing changed", { changed: false, passed: ["t"], proved: true }, "asked", "nothing changed"],
    ["it is, and only tests changed", { passed: ["t"], proved: true, unclear: ["only tests"] }, "asked", "only tests"],
    ["of a script", { said: SCRIPT, passed: ["t"], proved: true }, "believed", "proved: exit 0, and `t` passed"],
    ["nothing changed", { changed: false }, "asked", "says it is done, but nothing changed"],
    ["nothing changed, and a check is green", { changed: false, passed: ["t"] }, "asked", "nothing changed"],
    ["nothing changed, and a check is red", { changed: false, amiss: ["red"] }, "asked", "nothing changed; red"],
    ["an answer was wanted, and is there", { changed: false, answered: true }, "believed", "answer: made it"],
    ["an answer is there, and a check is red", { changed: false, answered: true, amiss: ["red"] }, "back", "red"],
    [
      "nothing changed, and it did not close",
      { changed: false, said: ENDED, passed: ["t"] },
      "asked",
      "nothing changed",
    ],
    [
      "nothing changed, and nothing ran but the close",
      { changed: false, worked: "none" },
      "asked",
      "nothing changed; no tool finished but the call that closed the task",
    ],
    [
      "something changed, and nothing ran but the close",
      { worked: "none", passed: ["t"] },
      "asked",
      "something changed, but not by its tools",
    ],
    [
      "something changed by what failed, and a check is green",
      { worked: "failed", passed: ["t"] },
      "believed",
      "checked",
    ],
    ["not known whether something changed", UNSEEN, "asked", "is not known: git took too long"],
    [
      "not known, and something was not looked at",
      { ...UNSEEN, passedOver: ["not looked at: gen/"] },
      "asked",
      "is not known: git took too long; not looked at: gen/",
    ],
    ["not known, and a check is green", { ...UNSEEN, passed: ["t"] }, "believed", "checked: made it"],
    ["not known, and a check is red", { ...UNSEEN, amiss: ["red"] }, "back", "closed from inside, but red"],
    [
      "not known, a check is green, and nothing ran",
      { ...UNSEEN, passed: ["t"], worked: "none" },
      "asked",
      "not known",
    ],
    [
      "it may be another's, and a check is green",
      { ...SHARED, passed: ["t"] },
      "asked",
      "whether t-1 or t-2 changed a",
    ],
    [
      "it may be another's, and what was to be proven is",
      { ...SHARED, passed: ["t"], proved: true, expected: true },
      "asked",
      "whether t-1 or t-2 changed a",
    ],
    ["it may be another's, and a check is red", { ...SHARED, amiss: ["red"] }, "back", "closed from inside, but red"],
    ["the work is elsewhere", { changed: false, elsewhere: ["commits on x"] }, "asked", "but commits on x"],
    ["some of the work is elsewhere", { elsewhere: ["commits on x"] }, "believed", "changed"],
    ["a check is red", { amiss: ["red"], passed: ["t"] }, "back", "closed from inside, but red"],
    ["what was expected may be another's", { unclear: ["t-2 too"], expected: true }, "asked", "but t-2 too"],
    ["a check is green", { passed: ["t"] }, "believed", "checked: made it"],
    ["what was expected is there", { expected: true }, "believed", "expected: made it"],
    ["nothing was asked for", {}, "believed", "changed: made it"],
    ["it says that it could not do it", { said: COULD_NOT }, "asked", "but its closing words say that it is not"],
    [
      "it says that it could not do it, and what was expected is there",
      { said: COULD_NOT, expected: true },
      "asked",
      "but its closing words say that it is not",
    ],
    [
      "it says that it could not do it, and a check is green",
      { said: COULD_NOT, passed: ["t"] },
      "believed",
      "checked",
    ],
    ["it says that it could not do it, and a check is red", { said: COULD_NOT, amiss: ["red"] }, "back", "but red"],
    ["nothing was asked for, and it did not close", { said: ENDED }, "asked", "it ended without closing the task"],
    [
      "a check is green, and it did not close",
      { said: ENDED, passed: ["t"] },
      "believed",
      "checked: exit 0, and `t` passed",
    ],
    [
      "a check is red, and it did not close",
      { said: ENDED, amiss: ["red"] },
      "back",
      "without closing the task, but red",
    ],
    ["an empty answer", { said: ENDED, empty: true, passed: ["t"] }, "back", "its answer was empty"],
  ])("at change: %s", (_what, over, kind, words) => {
    expect([answer(facts(over)).kind, told(over)]).toEqual([kind, expect.stringContaining(words)]);
  });

  it.each<Case>([
    ["nothing was asked for", {}, "asked", "no requirements to verify"],
    ["a check is green", { passed: ["t"] }, "believed", "checked"],
    ["what was expected is there", { expected: true }, "believed", "expected"],
    ["nothing changed", { changed: false, expected: true }, "asked", "nothing changed"],
  ])("at check: %s", (_what, over, kind, words) => {
    const at = { level: "check", ...over } as const;
    expect([answer(facts(at)).kind, told(at)]).toEqual([kind, expect.stringContaining(words)]);
  });

  it.each<Case>([
    ["nothing changed, and a tool ran", { changed: false }, "believed", "active: made it"],
    ["nothing changed, and its coder reports no tools", { changed: false, worked: "unknown" }, "believed", "active"],
    [
      "nothing changed, and all that ran failed",
      { changed: false, worked: "failed" },
      "asked",
      "none of its tools succeeded",
    ],
    ["nothing ran but the close", { changed: false, worked: "none", passed: ["t"] }, "asked", "no tool finished but"],
    ["nothing changed, and what ran may have failed", { changed: false, worked: "untold" }, "asked", "does not say"],
    ["something may have changed, and what ran may have failed", { ...UNSEEN, worked: "untold" }, "believed", "active"],
    ["a check is red", { changed: false, amiss: ["red"] }, "back", "red"],
    ["something changed", {}, "believed", "changed"],
  ])("at activity: %s", (_what, over, kind, words) => {
    const at = { level: "activity", ...over } as const;
    expect([answer(facts(at)).kind, told(at)]).toEqual([kind, expect.stringContaining(words)]);
  });

  it.each<Case>([
    ["exit 0", {}, "believed", "exit-0: exit 0"],
    ["exit 0, nothing changed and nothing ran", { changed: false, worked: "none" }, "believed", "exit-0"],
    ["a check is green", { passed: ["t"] }, "believed", "checked: exit 0, and `t` passed"],
    ["a check is red", { amiss: ["red"] }, "back", "exit 0, but red"],
  ])("of a script, at every level: %s", (_what, over, kind, words) => {
    for (const level of ["activity", "change", "check"] as const) {
      const at = { said: SCRIPT, level, ...over } as const;
      expect([answer(facts(at)).kind, told(at)]).toEqual([kind, expect.stringContaining(words)]);
    }
  });
});
