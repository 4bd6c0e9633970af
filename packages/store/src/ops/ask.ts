/**
 * ask, and give up: what an attempt asks a person, each one commit. The order of commits decides who was first: an answer,
 * the asker that gives up, or the end of the attempt.
 */
import { isBlank } from "@fleet/kit/text";
import { heldBy } from "../claims.ts";
import type { Question } from "../record-shapes.ts";
import { type Act, type AttemptRef, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Issue } from "../issue.ts";
import { questionsOf } from "../questions.ts";
import type { Snapshot } from "../snapshot.ts";
import { stamp } from "../time.ts";
import { statusSet, takenBack } from "./own-block.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { touched } from "./touched.ts";
import { commented, listOf, type Put, withQuestion } from "./question.ts";
import { toStatus } from "./status-change.ts";

export interface Asking {
  readonly text: string;
  readonly options?: readonly string[];
  /** RFC 3339: so long the asker waits itself; absent: the task is blocked until it is answered. */
  readonly until?: string | undefined;
  /** Ask although the very same question was answered before. */
  readonly again?: boolean;
}

/** A choice is one line, wherever it is shown. */
const oneLine = (choice: string): string => choice.replaceAll(/\s+/g, " ").trim();

const optionsText = (options: readonly string[] | undefined): string =>
  options === undefined || options.length === 0 ? "" : `\nOptions: ${options.join(" / ")}`;

/** The attempt that acts, on the task it holds; nobody else can ask. */
function asker(snapshot: Snapshot, act: Act): { readonly issue: Issue; readonly held: AttemptRef } {
  if (act.inside === undefined)
    throw new StoreError("guarded", "only an attempt can ask: there is none here", { mend: "fleet questions" });
  const issue = find(snapshot, act.inside.task);
  guardInside(issue, act);
  const held = heldBy(issue);
  if (held !== undefined) return { issue, held };
  throw new StoreError("guarded", `no attempt holds ${issue.id}`, { mend: `fleet bd comment ${issue.id} "…"` });
}

/**
 * The very same question (by its text) is not asked twice: one that was answered gives its answer, one that was not is
 * asked on. So a script that runs again, or a call that is repeated, meets the answer.
 */
export function ask(snapshot: Snapshot, act: Act, input: Asking): Decision<Put> {
  const { issue, held } = asker(snapshot, act);
  const text = input.text.trim();
  if (isBlank(text)) throw new StoreError("invalid", "a question needs words");
  const list = listOf(issue);
  const at = list.findLastIndex((one) => one.text === text);
  const earlier = at < 0 ? undefined : list[at];
  if (earlier?.answer !== undefined && input.again !== true) return none({ question: earlier, n: at + 1 });
  const isNew = earlier === undefined || earlier.answer !== undefined;
  const n = isNew ? list.length + 1 : at + 1;
  const choices =
    input.options?.map(oneLine).filter((choice) => !isBlank(choice)) ?? (isNew ? undefined : earlier.options);
  const isWaitedFor = earlier !== undefined && questionsOf(issue, act.now)[at]?.state === "waiting";
  const question: Question = {
    id: isNew ? act.uuid() : earlier.id,
    by: act.actor,
    attempt: held,
    at: !isNew && isWaitedFor ? earlier.at : stamp(act.now),
    text,
    ...(choices === undefined || choices.length === 0 ? {} : { options: [...choices] }),
    ...(input.until === undefined ? {} : { until: input.until }),
  };
  const said = `Question ${n}: ${text}${optionsText(question.options)}`;
  const comments = isNew ? commented(issue, act, question.id, said) : issue.comments;
  const asked = touched(withQuestion(issue, question), act, { comments });
  const next = input.until === undefined ? blocked(asked, act) : waitedFor(issue, asked, act, held);
  return {
    kind: "commit",
    event: "ask",
    task: issue.id,
    subject: text,
    attempt: held,
    body: `${said}\n${input.until === undefined ? "The task is blocked until it is answered." : `The agent waits until ${input.until}.`}`,
    issues: [next],
    result: { question, n },
  };
}

function blocked(asked: Issue, act: Act): Issue {
  if (asked.status === "blocked") return asked;
  return statusSet(asked, touched(asked, act, toStatus(asked, "blocked", act)), act);
}

/** Asked on with a wait, the only question that blocked the task does so no more. */
function waitedFor(before: Issue, asked: Issue, act: Act, held: AttemptRef): Issue {
  const isBlocking = (issue: Issue): boolean => questionsOf(issue, act.now).some(({ state }) => state === "blocking");
  return isBlocking(before) && !isBlocking(asked) ? takenBack(asked, act, held) : asked;
}

/** The asker's time is up. An answer that was there first stands, and is the result. */
export function giveUp(snapshot: Snapshot, act: Act, id: string): Decision<Question | undefined> {
  const { issue, held } = asker(snapshot, act);
  const question = listOf(issue).find((one) => one.id === id);
  if (question === undefined || question.answer !== undefined || question.until === undefined) return none(question);
  const ended: Question = { ...question, ended: stamp(act.now) };
  return {
    kind: "commit",
    event: "unanswered",
    task: issue.id,
    subject: question.text,
    attempt: held,
    issues: [touched(withQuestion(issue, ended), act, {})],
    result: ended,
  };
}
