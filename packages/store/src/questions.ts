/** The questions about an issue, and whether anybody still waits for the answers: pure, from the record and the time. */
import { heldBy } from "./claims.ts";
import { fleetRecord } from "./fleet-record.ts";
import type { Question } from "./record-shapes.ts";
import type { Issue } from "./issue.ts";
import { millis } from "./time.ts";

/**
 * answered · blocking: the task is blocked until it is answered · waiting: the agent continues as soon as it is answered ·
 * lapsed: nobody waits for it any more (the asker gave up, is gone or went on, or the task was put back by hand); an answer still
 * reaches the next attempt.
 */
export type QuestionState = "answered" | "blocking" | "waiting" | "lapsed";

export interface Asked {
  readonly question: Question;
  /** Its number on this task, from 1. */
  readonly n: number;
  readonly state: QuestionState;
}

/** An asker writes down that it gives up; one that was killed does not, and is not waited for much longer than it said. */
const SLACK = 60_000;

function stateOf(issue: Issue, question: Question, now: number): QuestionState {
  if (question.answer !== undefined) return "answered";
  if (question.until === undefined) {
    if (question.ended !== undefined) return "lapsed";
    const isLast = question.attempt.n === (fleetRecord(issue).attempts ?? question.attempt.n);
    return issue.status === "blocked" && isLast ? "blocking" : "lapsed";
  }
  const waits = question.ended === undefined && millis(question.until) + SLACK > now;
  return waits && heldBy(issue)?.uuid === question.attempt.uuid ? "waiting" : "lapsed";
}

export function questionsOf(issue: Issue, now: number): Asked[] {
  return (fleetRecord(issue).questions ?? []).map((question, at) => ({
    question,
    n: at + 1,
    state: stateOf(issue, question, now),
  }));
}

export const isOpen = ({ state }: Pick<Asked, "state">): boolean => state === "blocking" || state === "waiting";

const plain = (text: string): string => text.trim().toLowerCase();

/** The option that an answer means, however it is capitalised; undefined for one in a person's own words. */
export function optionMeant({ options = [] }: Pick<Question, "options">, answer: string): string | undefined {
  const same = options.filter((option) => plain(option) === plain(answer));
  return same.find((option) => option === answer.trim()) ?? same[0];
}

/** Whether it was answered by one of its options; null where it has none, or no answer. */
export const isByOption = (question: Pick<Question, "options" | "answer">): boolean | null =>
  question.answer === undefined || (question.options ?? []).length === 0
    ? null
    : optionMeant(question, question.answer.text) !== undefined;

/** Questions that somebody waits for, oldest first. */
export const openQuestions = (issue: Issue, now: number): Asked[] => questionsOf(issue, now).filter(isOpen);

/** The question with which this attempt blocked its task and which it did not withdraw, answered or not. */
export function blockedWith(issue: Issue, uuid: string): Question[] {
  const asked = fleetRecord(issue).questions ?? [];
  return asked.filter(({ attempt, until, ended }) => attempt.uuid === uuid && (until ?? ended) === undefined);
}
