/** Asks a person from inside an attempt: puts the question into the store, and waits for the answer where that is wanted. */
import { setTimeout as sleep } from "node:timers/promises";

import { fleetRecord } from "@fleet/store/fleet-record";
import type { Question } from "@fleet/store/record-shapes";
import type { Act } from "@fleet/store/decision";
import { FleetError } from "@fleet/kit/errors";
import { ask, giveUp } from "@fleet/store/ops/ask";
import { redacting } from "@fleet/kit/redact";
import type { Store } from "@fleet/store/store";
import { millis } from "@fleet/store/time";

import { effective } from "../../settings/effective/effective.ts";
import { settingsInForce } from "../../settings/in-force.ts";
import { dirOf } from "../records/paths.ts";
import { Wait } from "../records/waits.ts";
import { monotonic } from "@fleet/kit/clock";

export interface Asking {
  readonly text: string;
  readonly options?: readonly string[] | undefined;
  /** So long the asker waits, in milliseconds, `max_wait` at most; absent: not at all, and the task is blocked until it is answered. */
  readonly waitMs?: number | undefined;
  readonly again?: boolean;
}

/** `question` as stored by then; `n`: its number on the task. */
export interface AskResult {
  readonly kind: "answered" | "blocked" | "unanswered";
  readonly question: Question;
  readonly n: number;
}

export interface Asker {
  readonly home: string;
  readonly store: Store;
  /** Who acts, as of now. */
  readonly act: () => Act;
  /** The asker no longer waits for the answer. */
  readonly stop: AbortSignal;
  /** Called at each look, with the milliseconds that it has waited. */
  readonly onWait?: (waited: number) => void;
}

/** A look reads one small file while nobody writes to the queue. */
const POLL = 250;

export async function askPerson(asker: Asker, asking: Asking): Promise<AskResult> {
  const { store, home } = asker;
  const first = asker.act();
  // An agent that waits is not hung and spends no time of its task's: not for longer than a person allows.
  const waitMs =
    asking.waitMs === undefined ? undefined : Math.min(asking.waitMs, longestWait(asker, first.inside?.task ?? ""));
  const until = waitMs === undefined ? undefined : new Date(first.now + waitMs).toISOString();
  // As it will be stored: the same question is known again, and the file of the wait has no more of it.
  const redact = redacting(first.inside?.secrets ?? []);
  const { question, n } = await store.transact(first, (snapshot) =>
    ask(snapshot, first, {
      text: redact(asking.text),
      ...(asking.options === undefined ? {} : { options: asking.options.map(redact) }),
      until,
      again: asking.again === true,
    }),
  );
  if (question.answer !== undefined) return { kind: "answered", question, n };
  if (waitMs === undefined || until === undefined) return { kind: "blocked", question, n };
  const task = first.inside?.task ?? "";
  const dir = dirOf(home, task, question.attempt);
  const fact = {
    id: question.id,
    question: question.text,
    ...(question.options === undefined ? {} : { options: question.options }),
    asked_at: question.at,
    until,
  };
  const began = monotonic();
  const wait = new Wait(dir, first.uuid(), fact, first.now);
  try {
    for (;;) {
      wait.stamp();
      const now = find(store, task, question.id);
      if (now?.answer !== undefined) return { kind: "answered", question: now, n };
      const waited = monotonic() - began;
      // All others use `until`, which also passes while a laptop sleeps; setting the clock back makes no wait longer.
      const left = Math.min(waitMs - waited, millis(until) - asker.act().now);
      if (left <= 0 || asker.stop.aborted) break;
      asker.onWait?.(waited);
      await sleep(Math.min(POLL, left), undefined, { signal: asker.stop }).catch(() => undefined);
    }
    const last = asker.act();
    const ended = await store.transact(last, (snapshot) => giveUp(snapshot, last, question.id));
    // The answer was quicker than the end of the wait.
    return { kind: ended?.answer === undefined ? "unanswered" : "answered", question: ended ?? question, n };
  } finally {
    wait.over();
  }
}

function longestWait({ home, store }: Asker, task: string): number {
  const { config } = settingsInForce(home, store);
  return effective(config, store.snapshot().issue(task) ?? {}).value("max_wait");
}

/** The question now; undefined while the store can't be read, which may pass. */
function find(store: Store, task: string, id: string): Question | undefined {
  try {
    const issue = store.snapshot().issue(task);
    return issue === undefined ? undefined : fleetRecord(issue).questions?.find((question) => question.id === id);
  } catch (error) {
    if (error instanceof FleetError) return undefined;
    throw error;
  }
}
