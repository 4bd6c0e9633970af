/**
 * What becomes of a claim that a task is done: believed, sent back, or asked of a person. Pure; each row of the table is a
 * function that answers or passes on, and the first that answers holds.
 */
import type { Grade } from "../../attempts/evidence/grade.ts";
import { saysNotDone } from "../../attempts/evidence/not-done.ts";
import type { Worked } from "../../attempts/evidence/tools.ts";
import type { EvidenceLevel } from "../../settings/evidence.ts";

/** How it says that it is done. */
type Said =
  /** It closed the task from inside, with these words. */
  | { readonly kind: "closed"; readonly reason: string }
  /** It says that nothing has to change, or that it can't be done. */
  | { readonly kind: "no-change"; readonly reason: string }
  /** Its result was good, and it did not close the task; `how` says so in words. */
  | { readonly kind: "ended"; readonly how: string }
  /** A script: its exit status, or its close, is the whole word. */
  | { readonly kind: "script"; readonly how: string };

export interface AnswerFacts {
  readonly level: EvidenceLevel;
  readonly said: Said;
  /** Neither words nor tools came from it. */
  readonly empty: boolean;
  readonly worked: Worked;
  /** Whether something is another than where the task began; undefined: not known, and `unseen` says why. */
  readonly changed: boolean | undefined;
  readonly unseen: string | undefined;
  /** Others worked in the same place, so that what is not known to be its own may be theirs. */
  readonly shared: boolean;
  /** What changed where git does not look, and what nobody looked at: a line on each, for a person who is asked. */
  readonly passedOver: readonly string[];
  /** Where work was found that does not count, because it is not where the task's work belongs: a line on each. */
  readonly elsewhere: readonly string[];
  /** What speaks against it, a line on each: checks that fail, what was expected and is not there, work left running. */
  readonly amiss: readonly string[];
  /** What may be another attempt's, of what was expected or forbidden: a line on each. */
  readonly unclear: readonly string[];
  /** The checks that passed. */
  readonly passed: readonly string[];
  /** Something failed where the task began, and passes now. */
  readonly proved: boolean;
  /** An answer is what it was to give, and it is there. */
  readonly answered: boolean;
  /** Something else was asked for (an expectation, a scope); where nothing is amiss, it holds. */
  readonly expected: boolean;
}

export type Answer =
  /** The task closes; `reason` is what its closing says. */
  | { readonly kind: "believed"; readonly grade: Grade; readonly reason: string }
  /** Another attempt, which is told `missing`. */
  | { readonly kind: "back"; readonly reason: string; readonly missing: readonly string[] }
  /** A person sees the claim and what is missing, and approves or rejects it. */
  | { readonly kind: "asked"; readonly reason: string; readonly missing: readonly string[] };

type Row = (facts: AnswerFacts) => Answer | undefined;

export function answer(facts: AnswerFacts): Answer {
  for (const row of ROWS) {
    const found = row(facts);
    if (found !== undefined) return found;
  }
  return changedAlone(facts);
}

/** A coder that gave nothing at all was not at work: no claim to ask a person about. */
const saidNothing: Row = (facts) =>
  facts.empty ? back(facts, ["its answer was empty: no text and no tool"]) : undefined;

const byScript: Row = (facts) => {
  if (facts.said.kind !== "script") return undefined;
  if (facts.amiss.length > 0) return back(facts, facts.amiss);
  if (facts.unclear.length > 0) return asked(facts, facts.unclear);
  return believed(facts, shownAs(facts) ?? (facts.expected ? "expected" : "exit-0"));
};

/** What runs when the work is done passes. */
const shownAs = ({ proved, passed }: AnswerFacts): Grade | undefined =>
  proved ? "proved" : passed.length > 0 ? "checked" : undefined;

const noChangeNeeded: Row = (facts) =>
  facts.said.kind === "no-change"
    ? asked(facts, ["the agent says that nothing has to change", ...facts.amiss])
    : undefined;

/** Where an answer is what the task is for, nothing has to change. */
const givesAnswer: Row = (facts) =>
  facts.answered && facts.amiss.length === 0 ? believed(facts, "answer") : undefined;

/** Whatever is green or expected: what was green before is green without any work. */
const nothingChanged: Row = (facts) => {
  const { changed, worked, level, unseen, passedOver } = facts;
  if (changed === true || facts.answered || facts.elsewhere.length > 0) return undefined;
  if (level === "activity" && isActive(worked, changed)) return undefined;
  if (changed === false) return asked(facts, ["nothing changed", ...passedOver, ...idle(worked), ...facts.amiss]);
  if (worked !== "none" && worked !== "failed" && mayStillShow(facts)) return undefined;
  const line = `whether something changed is not known: ${unseen ?? "it was not looked at"}`;
  return asked(facts, [line, ...passedOver, ...idle(worked), ...facts.unclear]);
};

/**
 * What could not be looked at is neither there nor missing: what was asked for may still show the work. What another that was at work
 * there may have done shows none: what is green and kept within the scope is so for whoever did nothing, too.
 */
const mayStillShow = (facts: AnswerFacts): boolean => (facts.shared ? facts.amiss.length > 0 : isAsked(facts));

/** What its tools alone show, at the level `activity`. */
const isActive = (worked: Worked, changed: boolean | undefined): boolean =>
  worked === "some" || worked === "unknown" || (worked === "untold" && changed === undefined);

function idle(worked: Worked): string[] {
  switch (worked) {
    case "failed":
      return ["none of its tools succeeded"];
    case "none":
      return ["no tool finished but the call that closed the task"];
    case "untold":
      return ["it ran nothing but commands, and its coder does not say whether they failed"];
    case "some":
    case "unknown":
      return [];
  }
}

/** If none of its tools ran, someone else working there made the change. */
const changedByOthers: Row = (facts) =>
  facts.changed === true && facts.worked === "none"
    ? asked(facts, ["something changed, but not by its tools: only the call that closed the task finished"])
    : undefined;

const workElsewhere: Row = (facts) =>
  facts.elsewhere.length > 0 && facts.changed !== true ? asked(facts, facts.elsewhere) : undefined;

const somethingAmiss: Row = (facts) => (facts.amiss.length > 0 ? back(facts, facts.amiss) : undefined);

/** Neither credited to it nor held against it. */
const whoseIsUnclear: Row = (facts) => (facts.unclear.length > 0 ? asked(facts, facts.unclear) : undefined);

/** A change does not say that it is all of the work; what runs when the work is done does. */
const notDone: Row = (facts) =>
  facts.said.kind === "closed" && shownAs(facts) === undefined && saysNotDone(facts.said.reason)
    ? asked(facts, ["its closing words say that it is not"])
    : undefined;

/** Something was asked for, and all of it holds. */
const allHolds: Row = (facts) => {
  const shown = shownAs(facts);
  if (shown !== undefined) return believed(facts, shown);
  return facts.expected && facts.said.kind === "closed" ? believed(facts, "expected") : undefined;
};

const notClosed: Row = (facts) => (facts.said.kind === "ended" ? asked(facts, []) : undefined);

/** The table, in order. */
const ROWS: readonly Row[] = [
  saidNothing,
  byScript,
  noChangeNeeded,
  givesAnswer,
  nothingChanged,
  changedByOthers,
  workElsewhere,
  somethingAmiss,
  whoseIsUnclear,
  notDone,
  allHolds,
  notClosed,
];

/** Something changed, and nothing was asked for. */
function changedAlone(facts: AnswerFacts): Answer {
  if (facts.level === "check")
    return asked(facts, ["it has no requirements to verify: no check, no expectation, no scope"]);
  return believed(facts, facts.changed === true ? "changed" : "active");
}

const isAsked = ({ passed, amiss, expected }: AnswerFacts): boolean =>
  passed.length > 0 || amiss.length > 0 || expected;

function believed({ said, passed }: AnswerFacts, grade: Grade): Answer {
  if (said.kind === "closed" || said.kind === "no-change") return { kind: "believed", grade, reason: said.reason };
  const checks = passed.map((one) => `\`${one}\``).join(", ");
  return { kind: "believed", grade, reason: passed.length === 0 ? said.how : `${said.how}, and ${checks} passed` };
}

function back({ said }: AnswerFacts, missing: readonly string[]): Answer {
  const what = { closed: "closed from inside", "no-change": "closed from inside", ended: ENDED, script: "" }[said.kind];
  return { kind: "back", reason: `${said.kind === "script" ? said.how : what}, but ${missing.join("; ")}`, missing };
}

const ENDED = "it ended without closing the task";

function asked({ said }: AnswerFacts, lacking: readonly string[]): Answer {
  const missing = said.kind === "ended" ? [ENDED, ...lacking] : lacking;
  const lines = missing.join("; ");
  return { kind: "asked", reason: said.kind === "ended" ? lines : `says it is done, but ${lines}`, missing };
}
