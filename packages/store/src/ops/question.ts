/**
 * ask, give up, answer: what an attempt asks a person. Each is one commit, and each shows on the issue as a comment. The
 * order of commits decides who was first: an answer, the asker that gives up, or the end of the attempt.
 */
import { fleetRecord, heldBy, type Question, withRecord } from "../claims.ts";
import { type Act, type AttemptRef, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Comment, Issue } from "../issue.ts";
import { type Asked, blockedWith, isOpen, questionsOf } from "../questions.ts";
import type { Snapshot } from "../snapshot.ts";
import { millis, stamp } from "../time.ts";
import { find, guardInside, touched } from "./find.ts";
import { toStatus } from "./status-change.ts";

export interface Asking {
  readonly text: string;
  readonly options?: readonly string[];
  /** RFC 3339: so long the asker waits itself; absent: the task is blocked until it is answered. */
  readonly until?: string | undefined;
  /** Ask although the very same question was answered before. */
  readonly again?: boolean;
}

const listOf = (issue: Issue): readonly Question[] => fleetRecord(issue).questions ?? [];

/** The comment that shows it: `bd show` knows nothing of questions. */
function commented(issue: Issue, act: Act, id: string, text: string): Comment[] {
  const added: Comment = { id, issue_id: issue.id, author: act.actor, text, created_at: stamp(act.now) };
  return [...(issue.comments ?? []), added];
}

export const optionsText = (options: readonly string[] | undefined): string =>
  options === undefined || options.length === 0 ? "" : `\nOptions: ${options.join(" / ")}`;

/** The attempt that acts, on the task it holds; nobody else can ask. */
function asker(snapshot: Snapshot, act: Act): { readonly issue: Issue; readonly held: AttemptRef } {
  if (act.inside === undefined)
    throw new StoreError("guarded", "only an attempt can ask: there is none here", { mend: "fleet questions" });
  const issue = find(snapshot, act.inside.task);
  guardInside(issue, act);
  const held = heldBy(issue);
  if (held !== undefined) return { issue, held };
  throw new StoreError("guarded", `no attempt holds ${issue.id}`, { mend: `bd comment ${issue.id} "…"` });
}

/** The issue with this question as its attempt's, new or asked again, in the place that it has. */
function withQuestion(issue: Issue, question: Question): Issue {
  const list = listOf(issue);
  const known = list.some(({ id }) => id === question.id);
  const questions = known ? list.map((one) => (one.id === question.id ? question : one)) : [...list, question];
  return withRecord(issue, { questions });
}

export interface Put {
  readonly question: Question;
  readonly n: number;
}

/**
 * The very same question (by its text) is not asked twice: one that was answered gives its answer, one that was not is
 * asked on. So a script that runs again, or a call that is repeated, meets the answer.
 */
export function ask(snapshot: Snapshot, act: Act, input: Asking): Decision<Put> {
  const { issue, held } = asker(snapshot, act);
  const text = input.text.trim();
  if (text === "") throw new StoreError("invalid", "a question needs words");
  const list = listOf(issue);
  const at = list.findLastIndex((one) => one.text === text);
  const earlier = at < 0 ? undefined : list[at];
  if (earlier?.answer !== undefined && input.again !== true) return none({ question: earlier, n: at + 1 });
  const isNew = earlier === undefined || earlier.answer !== undefined;
  const n = isNew ? list.length + 1 : at + 1;
  const choices = input.options ?? (isNew ? undefined : earlier.options);
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
  const next = touched(withQuestion(issue, question), act, {
    ...(input.until === undefined && issue.status !== "blocked" ? toStatus(issue, "blocked", act) : {}),
    ...(isNew ? { comments: commented(issue, act, question.id, said) } : {}),
  });
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

export interface Answering {
  readonly id: string;
  readonly text: string;
  /** Which question, where several are open. */
  readonly n?: number | undefined;
}

/**
 * Where an answer goes. asker: the agent waits for it and goes on · queue: the task is put back, the answer stands in the
 * next prompt · ending: the same as soon as the attempt that asked has ended · more: other questions still block the task ·
 * later: nobody waits any more, it stands in the next prompt, if there is one.
 */
export type Reaches = "asker" | "queue" | "ending" | "more" | "later";

export interface Answered extends Put {
  readonly issue: Issue;
  readonly reaches: Reaches;
}

/** The comment that shows an answer. */
export const answerComment = (n: number, text: string): string => `Answer to question ${n}: ${text}`;

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** The question that is meant, or the refusal with a way out. */
function meant(issue: Issue, input: Answering, now: number): Asked {
  const asked = questionsOf(issue, now);
  const open = asked.filter(isOpen);
  const chosen = input.n === undefined ? (open[0] ?? asked.at(-1)) : asked[input.n - 1];
  if (chosen === undefined) {
    const what = input.n === undefined ? "has asked nothing" : `has no question ${input.n}`;
    const state = issue.status === "blocked" ? `; it is blocked: fleet task ${issue.id}, fleet retry ${issue.id}` : "";
    throw new StoreError("guarded", `${issue.id} ${what}${state}`, { mend: "fleet questions" });
  }
  if (input.n === undefined && open.length > 1) {
    const lines = open.map(({ n, question }) => `\n  fleet answer ${issue.id} -q ${n} "…"   ${quoted(question.text)}`);
    throw new StoreError("guarded", `${issue.id} has ${open.length} open questions; say which:${lines.join("")}`);
  }
  const { answer, text } = chosen.question;
  if (answer !== undefined) {
    throw new StoreError(
      "guarded",
      `question ${chosen.n} of ${issue.id} (${quoted(text)}) was answered by ${answer.by} at ${answer.at}: ${quoted(answer.text)}`,
      { mend: `fleet bd comment ${issue.id} "…" to say more; fleet questions` },
    );
  }
  if (issue.status === "closed" || issue.status === "tombstone")
    throw new StoreError("guarded", `${issue.id} is ${issue.status}: nobody waits for an answer any more`, {
      mend: `fleet questions; fleet bd comment ${issue.id} "…"`,
    });
  return chosen;
}

export function answer(snapshot: Snapshot, act: Act, input: Answering): Decision<Answered> {
  const issue = find(snapshot, input.id);
  const text = input.text.trim();
  if (text === "") throw new StoreError("invalid", "an answer needs words");
  const { question, n, state } = meant(issue, input, act.now);
  // Two clocks: an answer is not older than its question.
  const at = millis(question.at) > act.now ? question.at : stamp(act.now);
  const answered: Question = { ...question, answer: { text, by: act.actor, at } };
  const recorded = withQuestion(issue, answered);
  const still = questionsOf(recorded, act.now).some((one) => one.state === "blocking");
  const reaches: Reaches =
    state === "waiting"
      ? "asker"
      : state === "lapsed"
        ? "later"
        : still
          ? "more"
          : heldBy(issue) === undefined
            ? "queue"
            : "ending";
  const comments = commented(issue, act, act.uuid(), answerComment(n, text));
  const next =
    reaches === "queue"
      ? touched(withRecord(recorded, { not_before: undefined, reason: undefined }), act, {
          ...toStatus(issue, "open", act),
          assignee: undefined,
          comments,
        })
      : touched(recorded, act, { comments });
  return {
    kind: "commit",
    event: "answer",
    task: issue.id,
    subject: text,
    body: `Question ${n}: ${question.text}\nAnswer: ${text}`,
    issues: [next],
    result: { issue: next, question: answered, n, reaches },
  };
}

/** Everything that this attempt blocked its task with has been answered, while it was still ending. */
export function isAnswered(issue: Issue, uuid: string): boolean {
  const asked = blockedWith(issue, uuid);
  return issue.status === "blocked" && asked.length > 0 && asked.every(({ answer: given }) => given !== undefined);
}
