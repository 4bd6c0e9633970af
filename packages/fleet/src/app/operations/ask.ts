/** An agent asks a person, from inside its attempt; it stops, or waits for the answer. */
import { uuid7 } from "@fleet/kit/uuid";
import { enforce, mayQueue } from "@fleet/store/inside";
import { isByOption } from "@fleet/store/questions";

import { askPerson, type AskResult } from "../../attempts/questions/ask.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";

export interface Question {
  readonly text: string;
  readonly options: readonly string[] | undefined;
  /** Milliseconds; undefined: the task is blocked on it, and the agent stops. */
  readonly waitMs: number | undefined;
  /** Although the very same question was answered before. */
  readonly again?: boolean;
}

export interface Asked extends AskResult {
  /** Whether the answer is one of the options; null where there were none, or nobody has answered. */
  readonly is_option: boolean | null;
}

export interface Asking {
  /** The asker is gone, or no longer waits. */
  readonly stop: AbortSignal;
  readonly onWait?: (waited: number) => void;
}

/** Throws where this is no attempt. */
export async function ask(fleet: Fleet, question: Question, asking: Asking): Promise<Asked> {
  const { home, store } = fleet;
  const { inside, check, actor } = await fleet.acting();
  if (check === true) enforce(mayQueue({ kind: "check" }, { kind: "ask" }));
  if (inside === undefined || actor === undefined)
    throw new CommandError(
      "fleet ask is for agents: FLEET_TASK_ID and FLEET_ATTEMPT_ID are not set, so this is not inside an attempt",
      'fleet bd update ID --status blocked --notes "…" sets a task aside for a person; fleet questions lists what agents ask',
    );
  const act = () => ({ actor, now: fleet.now(), uuid: uuid7, inside });
  const result = await askPerson({ home, store, act, ...asking }, { again: false, ...question });
  return { ...result, is_option: isByOption(result.question) };
}
