/**
 * What became of completion claims, from the history alone: at which grade tasks were closed, whose work that was, and which of
 * them were sent back later. What the history does not say is counted as unknown, never guessed. Pure.
 */
import { attemptName } from "@fleet/store/claims";
import type { TaskEvent } from "@fleet/store/task-event";

import { type Grade, GRADES } from "../../attempts/evidence/grade.ts";

/** How work that was accepted came back. */
type SentBack =
  /** By `bd reopen`. */
  | "reopened"
  /** By `fleet retry`. */
  | "retried"
  /** None of these was used, yet it was claimed again or is not closed now: its status was set by hand, or undone. */
  | "otherwise";

/** Where a task is now. landing: its work is accepted, and not on its target yet · gone: deleted, or under another id. */
export type Now =
  | { readonly kind: "closed" | "landing" | "open"; readonly project: string | null }
  | { readonly kind: "gone" };

export interface Tally {
  /** Undefined: the history does not say. */
  readonly coder: string | undefined;
  /** Null: the task has no directory; undefined: the task is not there any more. */
  readonly project: string | null | undefined;
  /** Claims that were accepted, by fleet or by a person: so often a task was closed, or sent to land, with an attempt's work. */
  accepted: number;
  /** The same by grade; `unknown`: closed before grades were recorded. */
  readonly grades: Record<Grade | "unknown", number>;
  readonly sentBack: Record<SentBack, number>;
  /** Claims that were shown to a person, and those of them that the person rejected. */
  asked: number;
  rejected: number;
  /** Claims that went back to the queue at once, because something was missing. */
  unproven: number;
}

export interface Accepted {
  readonly rows: readonly Tally[];
  /** Closed by a person or an agent without a claim of an attempt: evidence for no coder. */
  readonly byHand: number;
}

interface Standing {
  readonly tally: Tally;
  readonly attempt: string;
}

export function acceptedIn(events: readonly TaskEvent[], nowOf: (task: string) => Now): Accepted {
  const rows = new Map<string, Tally>();
  const coders = new Map<string, string>();
  /** Accepted, and not sent back as far as was read. */
  const standing = new Map<string, Standing>();
  /** Wait for a person who is to see them, and not to judge what can't be proven. */
  const believed = new Set<string>();
  let byHand = 0;
  const back = (task: string, how: SentBack): void => {
    const accepted = standing.get(task);
    if (accepted !== undefined) accepted.tally.sentBack[how]++;
    standing.delete(task);
  };
  const tallyOf = ({ task, attempt }: TaskEvent): Tally =>
    rowFor(rows, attempt === undefined ? undefined : coders.get(attempt), projectOf(nowOf(task)));
  for (const event of events) {
    const { task, attempt } = event;
    switch (event.event) {
      case "claim":
        if (attempt !== undefined) {
          const coder = coderOf(event.by, attempt);
          if (coder !== undefined) coders.set(attempt, coder);
        }
        back(task, "otherwise");
        break;
      case "reopen":
        back(task, "reopened");
        break;
      case "retry":
        back(task, "retried");
        break;
      case "review":
        if (event.outcome === BELIEVED) believed.add(task);
        else {
          believed.delete(task);
          tallyOf(event).asked++;
        }
        break;
      case "reject":
        if (!believed.delete(task)) tallyOf(event).rejected++;
        break;
      case "release":
      case "block":
        if (event.outcome === UNPROVEN) tallyOf(event).unproven++;
        break;
      case "land":
      case "close": {
        const before = standing.get(task)?.attempt;
        // Accepted before it landed: closing says nothing more about the work.
        if (before !== undefined && (attempt === undefined || attempt === before)) break;
        if (attempt === undefined) byHand++;
        else {
          const tally = tallyOf(event);
          tally.accepted++;
          tally.grades[gradeIn(event.grade)]++;
          standing.set(task, { tally, attempt });
        }
      }
    }
  }
  // Its status was set by hand, or its closing was undone: it has not been claimed again yet.
  for (const [task, { tally }] of standing) if (nowOf(task).kind === "open") tally.sentBack.otherwise++;
  return { rows: [...rows.values()], byHand };
}

/** The outcome of a claim that fleet believes. */
const BELIEVED = "done";
/** The outcome of a claim that something is missing of. */
const UNPROVEN = "claimed-done-unproven";

const projectOf = (now: Now): string | null | undefined => (now.kind === "gone" ? undefined : now.project);

/** The assignee of an attempt's claim looks like `claude/7f3a`. */
function coderOf(by: string, uuid: string): string | undefined {
  const coder = by.slice(0, Math.max(0, by.lastIndexOf("/")));
  return coder !== "" && by === attemptName(coder, uuid) ? coder : undefined;
}

/** `accepted by Ann`, `already-there, says Ann`. */
function gradeIn(written: string | undefined): Grade | "unknown" {
  const word = /^[a-z0-9-]+/.exec(written ?? "")?.[0];
  return GRADES.find((grade) => grade === word) ?? "unknown";
}

function rowFor(rows: Map<string, Tally>, coder: string | undefined, project: string | null | undefined): Tally {
  const key = JSON.stringify([coder ?? null, project === undefined ? 0 : project]);
  const known = rows.get(key);
  if (known !== undefined) return known;
  const made: Tally = {
    coder,
    project,
    accepted: 0,
    grades: { ...zeroGrades() },
    sentBack: { reopened: 0, retried: 0, otherwise: 0 },
    asked: 0,
    rejected: 0,
    unproven: 0,
  };
  rows.set(key, made);
  return made;
}

const zeroGrades = (): Tally["grades"] => ({
  proved: 0,
  checked: 0,
  expected: 0,
  changed: 0,
  answer: 0,
  "already-there": 0,
  accepted: 0,
  active: 0,
  "exit-0": 0,
  unknown: 0,
});
