/** ask_human: a person is asked from inside an attempt, and the call returns with the answer, or when its time is up. */
import type { Act } from "@fleet/store/decision";
import type { Store } from "@fleet/store/store";
import * as z from "zod";

import { parseDuration } from "@fleet/kit/duration";
import { askPerson } from "../attempts/questions/ask.ts";
import { noAnswerText } from "../attempts/questions/describe.ts";

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

export interface Asker {
  readonly home: string;
  readonly store: Store;
  readonly act: () => Act;
  readonly stop: AbortSignal;
  /** Tells the client that the call is alive; seconds. */
  readonly progress: (waited: number, total: number) => void;
}

export interface Said {
  readonly text: string;
  readonly isError: boolean;
  /** The same for a program: null, as long as nobody has answered. */
  readonly data?: { readonly question: number; readonly answer: string | null };
}

export async function askHuman(asker: Asker, given: unknown): Promise<Said> {
  const { question, options, timeout, wait = true } = schema.parse(given);
  const waitMs = timeout === undefined ? WAIT : parseDuration(timeout);
  if (waitMs === undefined || waitMs <= 0)
    return { text: `not a duration: ${JSON.stringify(timeout)} (write 90s, 10m, 2h)`, isError: true };
  let told = -Infinity;
  const onWait = (waited: number): void => {
    if (waited - told < PROGRESS) return;
    told = waited;
    asker.progress(waited / 1000, waitMs / 1000);
  };
  const result = await askPerson({ ...asker, onWait }, { text: question, options, waitMs: wait ? waitMs : undefined });
  const { answer } = result.question;
  return {
    text: answer?.text ?? noAnswerText(result, "ask_human with the same question and wait false"),
    isError: false,
    data: { question: result.n, answer: answer?.text ?? null },
  };
}
