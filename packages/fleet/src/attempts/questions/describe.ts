/** Questions in words and as `--json` prints them: what agents are told, and what a person sees. Pure. */
import type { Question } from "@fleet/store/record-shapes";
import type { Issue } from "@fleet/store/issue";
import { isByOption, isOpen, questionsOf, type QuestionState } from "@fleet/store/questions";
import { millis } from "@fleet/store/time";

import { duration } from "@fleet/kit/duration";
import { paragraph, wrap } from "@fleet/kit/width";
import type { AskResult } from "./ask.ts";

export interface QuestionRow {
  readonly id: string;
  readonly title: string;
  /** Its number on the task. */
  readonly n: number;
  readonly state: QuestionState;
  readonly question: string;
  readonly options: readonly string[];
  /** The attempt that asked: its name in the queue, the coder in front of it, and its number. */
  readonly by: string;
  readonly coder: string;
  readonly attempt: number;
  readonly since: string;
  /** How long the agent itself waits. */
  readonly until: string | null;
  readonly answer: string | null;
  readonly answered_by: string | null;
  readonly answered_at: string | null;
  /** The line that answers it; null where it is answered. */
  readonly answer_with: string | null;
}

export function questionRows(issue: Issue, now: number): QuestionRow[] {
  const all = questionsOf(issue, now);
  const several = all.filter(isOpen).length > 1;
  return all.map(({ question, n, state }) => ({
    id: issue.id,
    title: issue.title,
    n,
    state,
    question: question.text,
    options: question.options ?? [],
    by: question.by,
    coder: question.by.split("/")[0] ?? question.by,
    attempt: question.attempt.n,
    since: question.at,
    until: question.until ?? null,
    answer: question.answer?.text ?? null,
    answered_by: question.answer?.by ?? null,
    answered_at: question.answer?.at ?? null,
    answer_with: state === "answered" ? null : `fleet answer ${issue.id}${several ? ` -q ${n}` : ""} "…"`,
  }));
}

/** The open ones of all these issues, longest-waiting first. */
export function openRows(issues: Iterable<Issue>, now: number): QuestionRow[] {
  return [...issues]
    .flatMap((issue) => questionRows(issue, now))
    .filter(isOpen)
    .sort((a, b) => millis(a.since) - millis(b.since));
}

/** `1 question waits: fleet questions`, or nothing. */
export const waitText = (open: number): string =>
  open === 0 ? "" : `${open} question${open === 1 ? " waits" : "s wait"}: fleet questions\n`;

/** For a list of all tasks' questions. `width`: of the terminal. */
export const rowText = (row: QuestionRow, now: number, width: number): string =>
  [...wrap(`${row.id}  ${row.title}`, width), questionText(row, now, width)].join("\n");

/** For a list of one task's. */
export function questionText(row: QuestionRow, now: number, width: number): string {
  const left = row.until === null ? 0 : millis(row.until) - now;
  const waits =
    row.state === "waiting"
      ? `the agent waits${left > 0 ? ` ${duration(left)} more` : ""}`
      : row.state === "blocking"
        ? "the task is blocked until it is answered"
        : row.state;
  const ago = duration(Math.max(0, now - millis(row.since)));
  const answered = row.answer === null ? [] : [`${row.answered_by ?? "?"}: ${row.answer}`];
  return [
    ...paragraph(`${row.coder}, attempt ${row.attempt}, asked ${ago} ago; ${waits}`, width, "  "),
    ...paragraph(row.question, width, "    "),
    ...(row.options.length === 0 ? [] : paragraph(`Options: ${row.options.join(" / ")}`, width, "    ")),
    ...answered.flatMap((text) => paragraph(text, width, "  ")),
    // To be copied as it is.
    ...(row.answer_with === null ? [] : [`  ${row.answer_with}`]),
    "",
  ].join("\n");
}

/** The words for the agent when there is no answer (yet). `ask`: the command or tool to ask again with. */
export function noAnswerText(result: AskResult, ask: string): string {
  if (result.kind === "blocked")
    return (
      "Your question is recorded, and your task is blocked until a person has answered it. " +
      "Write down where you are in your plan file and stop now: end your turn, do not close the task. " +
      "You are started again with the answer.\n"
    );
  return (
    "There was no answer in time. If the work can continue without an answer, choose what is easiest to undo and say so with " +
    `\`fleet bd comment\`. If it can't, block the task on this question and stop: ${ask}\n`
  );
}

/** Everything that was asked about the task, for the next prompt. */
export function historyText(questions: readonly Question[]): string {
  return questions
    .map(({ text, options, answer, by }, at) => {
      const choices = options === undefined || options.length === 0 ? "" : ` (options: ${options.join(" / ")})`;
      const own = isByOption({ options, answer }) === false ? ", none of the options" : "";
      const said = answer === undefined ? "Not answered." : `Answer by ${answer.by}${own}: ${answer.text}`;
      return `${at + 1}. ${by} asked: ${text}${choices}\n   ${said}`;
    })
    .join("\n");
}
