/** ask_human: a person is asked from inside an attempt, and the call returns with the answer, or when its time is up. */
import { parseDuration } from "@fleet/kit/duration";
import * as z from "zod";

import type { Fleet } from "../app/open.ts";
import { ask } from "../app/operations/ask.ts";
import { noAnswerText } from "../app/words.ts";

export const ASK_HUMAN = {
  name: "ask_human",
  description:
    "Asks the person who runs the fleet, and waits for the answer (10 minutes unless said otherwise). Ask one clear question, " +
    "only when you can't decide it yourself. With wait false the task is blocked on the question: stop then, you are started " +
    "again with the answer.",
  input: {
    question: z.string().min(1),
    options: z.array(z.string().min(1)).optional().describe("answers to choose from"),
    timeout: z.string().optional().describe("how long to wait: 90s, 10m, 2h"),
    wait: z.boolean().optional().describe("false: do not wait; the task is blocked, and you stop"),
  },
} as const;

const schema = z.object(ASK_HUMAN.input);

/** Unless the call says otherwise. */
const WAIT = 600_000;
/** Clients end a call of which they have heard nothing for a while (codex after a minute unless told otherwise). */
const PROGRESS = 10_000;

export interface Call {
  readonly stop: AbortSignal;
  /** Tells the client that the call is alive; seconds. */
  readonly progress: (waited: number, total: number) => void;
}

export interface Said {
  readonly text: string;
  /** What there is to say beside it. */
  readonly note?: string;
  readonly isError: boolean;
  /** The same for a program: null, as long as nobody has answered; `is_option`: null, too, where none were offered. */
  readonly data?: { readonly question: number; readonly answer: string | null; readonly is_option: boolean | null };
}

export async function askHuman(fleet: Fleet, { stop, progress }: Call, given: unknown): Promise<Said> {
  const { question, options, timeout, wait = true } = schema.parse(given);
  const waitMs = timeout === undefined ? WAIT : parseDuration(timeout);
  if (waitMs === undefined || waitMs <= 0)
    return { text: `not a duration: ${JSON.stringify(timeout)} (write 90s, 10m, 2h)`, isError: true };
  let told = -Infinity;
  const onWait = (waited: number): void => {
    if (waited - told < PROGRESS) return;
    told = waited;
    progress(waited / 1000, waitMs / 1000);
  };
  const result = await ask(fleet, { text: question, options, waitMs: wait ? waitMs : undefined }, { stop, onWait });
  const { question: asked, n, is_option } = result;
  const { answer } = asked;
  return {
    text: answer?.text ?? noAnswerText(result, "ask_human with the same question and wait false"),
    ...(is_option === false ? { note: "(none of the options that you offered)" } : {}),
    isError: false,
    data: { question: n, answer: answer?.text ?? null, is_option },
  };
}
