/** What the supervisor did, one JSON line each in run/supervisor.log; cli/activity.ts has the words for people. */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";

import { parseJson } from "@fleet/kit/json";
import { makeDir, move } from "@fleet/kit/files";
import { appendText } from "@fleet/kit/in-place";

import * as z from "zod/mini";

import type { Attempt } from "../../core/attempt.ts";
import type { About, JournalEvent } from "../../core/journal-event.ts";
import type { Redact } from "@fleet/kit/redact";

const word = z.optional(z.string());
/** `event` is any word: another version may have written others. */
const schema = z.looseObject({
  at: z.string(),
  event: z.string(),
  text: z.string(),
  task: word,
  attempt: z.optional(z.number()),
  coder: word,
  model: word,
  account: word,
  by: word,
  until: word,
} satisfies Record<keyof About | "at" | "event" | "text", z.ZodMiniType>);
export type JournalEntry = z.infer<typeof schema>;

/** Of an attempt. */
export const aboutAttempt = ({ task, ref, coderName, account }: Identified): About => ({
  task,
  attempt: ref.n,
  coder: coderName,
  account,
});
type Identified = Pick<Attempt, "task" | "ref" | "coderName" | "account">;

export const journalPath = (home: string): string => join(home, "run", "supervisor.log");

export function decodeEntry(line: string): JournalEntry | undefined {
  const decoded = z.safeParse(schema, parseJson(line));
  return decoded.success ? decoded.data : undefined;
}

/** A log that has grown beyond this is put aside, in the place of the one put aside before. */
export const LOG_CAP = 16_000_000;
/** How many lines are written between two looks at its size. */
const LOOK_EVERY = 500;

/** Puts the log aside when it is too long; `fleet log -f` continues with the new one. */
export function rotate(home: string, cap = LOG_CAP): void {
  const path = journalPath(home);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > cap) move(path, `${path}.1`);
}

export class Journal {
  #lines = 0;
  readonly #home: string;
  readonly #wall: () => number;
  readonly #redact: Redact;
  readonly #listener: ((entry: JournalEntry) => void) | undefined;

  /** `redact`: whatever coders say of themselves comes through here, their keys among it. */
  constructor(
    home: string,
    wall: () => number,
    listener?: (entry: JournalEntry) => void,
    redact: Redact = (text) => text,
  ) {
    this.#home = home;
    this.#wall = wall;
    this.#redact = redact;
    this.#listener = listener;
  }

  write(event: JournalEvent, said: string, about: About = {}): void {
    const at = new Date(this.#wall()).toISOString();
    const path = journalPath(this.#home);
    try {
      const entry: JournalEntry = { at, event, ...about, text: this.#redact(said) };
      this.#listener?.(entry);
      // Not the directories above it: a home that was deleted is not made again.
      makeDir(dirname(path));
      if (this.#lines++ % LOOK_EVERY === 0) rotate(this.#home);
      appendText(path, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      // The journal must not stop the supervisor (a full disk): the terminal still shows the line, and why. Not the line where its secrets
      // could not be looked up (too many open files).
      this.#listener?.({
        at,
        event: "trouble",
        text: `the log can't be written: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  }
}
