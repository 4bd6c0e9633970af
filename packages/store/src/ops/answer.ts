/** answer: a person's answer to what an attempt asked, in one commit. */
import { clip } from "@fleet/kit/text";
import { heldBy } from "../claims.ts";
import { withRecord } from "../fleet-record.ts";
import type { Question } from "../record-shapes.ts";
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Issue } from "../issue.ts";
import { type Asked, isOpen, optionMeant, questionsOf } from "../questions.ts";
import type { Snapshot } from "../snapshot.ts";
import { millis, stamp } from "../time.ts";
import { find } from "./find.ts";
import { touched } from "./touched.ts";
import { answerComment, commented, type Put, withQuestion } from "./question.ts";
import { toStatus } from "./status-change.ts";

export interface Answering {
  readonly id: string;
  readonly text: string;
  /** Which question, where several are open. */
  readonly n?: number | undefined;
}

/**
 * Where an answer goes. asker: the agent waits for it and continues · queue: the task is put back, the answer stands in the
 * next prompt · ending: the same as soon as the attempt that asked has ended · more: other questions still block the task ·
 * later: nobody waits any more, it stands in the next prompt, if there is one.
 */
type Reaches = "asker" | "queue" | "ending" | "more" | "later";

export interface Answered extends Put {
  readonly issue: Issue;
  readonly reaches: Reaches;
}

const quoted = (text: string): string => JSON.stringify(clip(text, 60));

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
      { mend: `fleet bd comment ${issue.id} "…"` },
    );
  }
  if (issue.status === "closed" || issue.status === "tombstone")
    throw new StoreError("guarded", `${issue.id} is ${issue.status}: no attempt waits for an answer any more`, {
      mend: `fleet questions; fleet bd comment ${issue.id} "…"`,
    });
  return chosen;
}

export function answer(snapshot: Snapshot, act: Act, input: Answering): Decision<Answered> {
  const issue = find(snapshot, input.id);
  const words = input.text.trim();
  if (words === "") throw new StoreError("invalid", "an answer needs words");
  const { question, n, state } = meant(issue, input, act.now);
  // The asker compares it with the options it offered.
  const text = optionMeant(question, words) ?? words;
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
