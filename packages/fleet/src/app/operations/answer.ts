/** A person's answer to what an agent asked. */
import { isBlank } from "@fleet/kit/text";
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import { answer as answerQuestion, type Answered } from "@fleet/store/ops/answer";
import { find } from "@fleet/store/ops/find";
import { isByOption } from "@fleet/store/questions";

import { openHere, openIn } from "../../attempts/questions/open.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";

export interface Answering {
  readonly task: string;
  readonly text: string;
  /** Which of the task's questions, where several are open. */
  readonly n: number | undefined;
}

export interface AnswerGiven {
  readonly id: string;
  readonly title: string;
  readonly n: number;
  readonly question: string;
  readonly answer: string;
  /** What the agent offered to choose from. */
  readonly options: readonly string[];
  /** Whether the answer is one of them; null where nothing was offered. */
  readonly is_option: boolean | null;
  readonly status: string;
  /** Whom it reaches, and when. */
  readonly reaches: Answered["reaches"];
  /** The attempt that asked belongs to another home, which gets it with a sync. */
  readonly elsewhere: boolean;
  /** A supervisor runs that will resume it. */
  readonly supervised: boolean;
  /** Questions that are still open, in all tasks. */
  readonly open: number;
}

export async function answer(fleet: Fleet, { task, text, n }: Answering): Promise<AnswerGiven> {
  await fleet.allow({ kind: "command", words: "fleet answer" });
  if (isBlank(text)) throw new CommandError("an answer needs words", 'fleet answer ID "…"', EXIT.usage);
  const { home, store } = fleet;
  const act = await fleet.act();
  const heard = openHere(home, find(store.snapshot(), task), act.now);
  const put = await store.transact(act, (snapshot) => answerQuestion(snapshot, act, { id: task, text, n }));
  const isHeard = put.reaches !== "asker" || heard.some((one) => one.n === put.n);
  const { issue, question } = put;
  await fleet.told("answer", `question ${put.n}, by ${act.actor}`, { task: issue.id, by: act.actor });
  return {
    id: issue.id,
    title: issue.title,
    n: put.n,
    question: question.text,
    answer: question.answer?.text ?? text,
    options: question.options ?? [],
    is_option: isByOption(question),
    status: issue.status,
    reaches: isHeard ? put.reaches : "later",
    elsewhere: isElsewhere(issue, homeId(store.gitDir)) && heldBy(issue) !== undefined,
    supervised: leaderOf(home).kind !== "none",
    open: openIn(store, act.now).length,
  };
}
