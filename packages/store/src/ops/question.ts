/**
 * How a question stands on its issue: in fleet's record, and as a comment, because `bd show` knows nothing of questions. What
 * asking (ask.ts), answering (answer.ts), updating and settling share.
 */
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { Question } from "../record-shapes.ts";
import type { Act, AttemptRef } from "../decision.ts";
import type { Comment, Issue } from "../issue.ts";
import { blockedWith } from "../questions.ts";
import { stamp } from "../time.ts";

/** A question, and its number on the task. */
export interface Put {
  readonly question: Question;
  readonly n: number;
}

export const listOf = (issue: Issue): readonly Question[] => fleetRecord(issue).questions ?? [];

/** Its comments with one more. */
export function commented(issue: Issue, act: Act, id: string, text: string): Comment[] {
  const added: Comment = { id, issue_id: issue.id, author: act.actor, text, created_at: stamp(act.now) };
  return [...(issue.comments ?? []), added];
}

/** The comment that shows an answer. */
export const answerComment = (n: number, text: string): string => `Answer to question ${n}: ${text}`;

/** The issue with this question as its attempt's, new or asked again, in the place that it has. */
export function withQuestion(issue: Issue, question: Question): Issue {
  const list = listOf(issue);
  const known = list.some(({ id }) => id === question.id);
  const questions = known ? list.map((one) => (one.id === question.id ? question : one)) : [...list, question];
  return withRecord(issue, { questions });
}

/**
 * A question by other means than `ask` (`bd update --status blocked --notes`, a coder's own tool): a blocking one. What the
 * same attempt says while its first words are unanswered takes their place.
 */
export function withBlockingQuestion(issue: Issue, act: Act, held: AttemptRef, text: string): Issue {
  const words = text.trim();
  if (words === "") return issue;
  const last = listOf(issue).at(-1);
  const isTheirs = last?.attempt.uuid === held.uuid && last.until === undefined && last.answer === undefined;
  const replaced = isTheirs ? last : undefined;
  const question: Question = {
    id: replaced?.id ?? act.uuid(),
    by: act.actor,
    attempt: held,
    at: stamp(act.now),
    text: words,
  };
  const { options } = replaced?.text === words ? replaced : {};
  return withQuestion(issue, options === undefined ? question : { ...question, options });
}

/** Everything that this attempt blocked its task with has been answered, while it was still ending. */
export function isAnswered(issue: Issue, uuid: string): boolean {
  const asked = blockedWith(issue, uuid);
  return issue.status === "blocked" && asked.length > 0 && asked.every(({ answer: given }) => given !== undefined);
}
