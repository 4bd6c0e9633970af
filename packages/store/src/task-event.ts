/** The change that a commit made to a task's life: claimed, claimed done, accepted, closed, sent back. Pure. */
import type { ChangeEvent } from "./decision.ts";

/** Events that begin, end or reopen the work on a task. */
export const TOLD = [
  "claim",
  "review",
  "reject",
  "release",
  "block",
  "land",
  "close",
  "reopen",
  "retry",
] as const satisfies readonly ChangeEvent[];
type Told = (typeof TOLD)[number];

export interface TaskEvent {
  readonly event: Told;
  readonly task: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who did it: a person, or an attempt by its name. */
  readonly by: string;
  /** The uuid of the attempt that it is about. */
  readonly attempt: string | undefined;
  /** How that ended. */
  readonly outcome: string | undefined;
  /** For a closed task: its grade, and the person who gave it, if one did. */
  readonly grade: string | undefined;
}

const isTold = (word: string): word is Told => TOLD.some((one) => one === word);

const FIELDS = 7;

/** Time, author and trailers of each commit, with U+0000 behind each field. A commit without a task is about none. */
export function parseEvents(log: string): TaskEvent[] {
  const fields = log.split("\0");
  const events: TaskEvent[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [time = "", by = "", event = "", task = "", attempt = "", outcome = "", grade = ""] = fields.slice(
      at,
      at + FIELDS,
    );
    if (!isTold(event) || task === "") continue;
    events.push({
      event,
      task,
      at: Number(time) * 1000,
      by,
      // "3 7f3a…": its number and its uuid.
      attempt: attempt.split(" ")[1],
      outcome: outcome === "" ? undefined : outcome,
      grade: grade === "" ? undefined : grade,
    });
  }
  return events;
}
