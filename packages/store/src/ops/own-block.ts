/**
 * Who blocked a task: its own attempt, which takes that back by continuing or by closing the task, or somebody else, whose word
 * stands whatever the attempt does. Every operation that sets the status of an issue from outside of settling passes here.
 */
import { heldBy, takenByClosing } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { Act, AttemptRef } from "../decision.ts";
import type { Issue } from "../issue.ts";
import { questionsOf } from "../questions.ts";
import { stamp } from "../time.ts";
import { touched } from "./touched.ts";
import { commented } from "./question.ts";
import { toStatus } from "./status-change.ts";

const isOwn = (issue: Issue, uuid: string): boolean =>
  issue.status === "blocked" && fleetRecord(issue).blocked_by === uuid;

/** Clears what only accepted work has. */
export const NOT_ACCEPTED = { grade: undefined, accepted_by: undefined, accepted: undefined } as const;

/** Clears it for a closed task that is worked on again, with its bases and what was said about its work. */
export const NEW_WORK = {
  ...NOT_ACCEPTED,
  bases: undefined,
  approval: undefined,
  rework: undefined,
  pull: undefined,
} as const;

/**
 * `next` is `before` with a status that was just set, be it the same: with the note who blocked it, and without questions
 * that claim to block what is no longer blocked.
 */
export function statusSet(before: Issue, next: Issue, act: Act): Issue {
  const held = heldBy(before);
  const isHolder = act.inside !== undefined && held?.uuid === act.inside.uuid;
  const isTheirs =
    isHolder && next.status === "blocked" && (before.status === "in_progress" || isOwn(before, held.uuid));
  const blocked_by = isTheirs ? held.uuid : undefined;
  const { blocked_by: was, review, landing, accepted: kept, bases, grade, accepted_by } = fleetRecord(next);
  const isDone = next.status === "closed";
  const accepted = isDone ? takenByClosing(fleetRecord(next)) : undefined;
  // Opening a closed task asks for new work, by whatever verb: it begins at the present state.
  const isAnew = before.status === "closed" && !isDone && bases !== undefined;
  // A word on the status of what waits for approval, or to land, answers it.
  const isKept = was === blocked_by && review === undefined && landing === undefined && kept === accepted && !isAnew;
  const answered = isKept
    ? next
    : withRecord(next, { blocked_by, review: undefined, approval: undefined, landing: undefined, accepted });
  const isStale = !isDone && (grade ?? accepted_by) !== undefined;
  const graded = isStale ? withRecord(answered, NOT_ACCEPTED) : answered;
  const noted = isAnew ? withRecord(graded, NEW_WORK) : graded;
  return noted.status === "blocked" ? noted : withdrawn(before, noted, act);
}

/** Open questions no longer block the task. An agent that continues says so to whoever wanted to answer. */
export function withdrawn(before: Issue, next: Issue, act: Act): Issue {
  const asked = fleetRecord(next).questions ?? [];
  const isOver = asked.map(({ until, answer, ended }) => (until ?? answer ?? ended) === undefined);
  if (!isOver.includes(true)) return next;
  const ended = stamp(act.now);
  const questions = asked.map((one, at) => (isOver[at] === true ? { ...one, ended } : one));
  const marked = withRecord(next, { questions });
  if (act.inside === undefined) return marked;
  const blocked = questionsOf(before, act.now).filter(({ n, state }) => isOver[n - 1] === true && state === "blocking");
  const say = (issue: Issue, n: number): Issue => ({
    ...issue,
    comments: commented(issue, act, act.uuid(), `Question ${n} is withdrawn: the agent continues without an answer.`),
  });
  return blocked.reduce((issue, { n }) => say(issue, n), marked);
}

/** The issue as its attempt works on it: a block of its own is over, one by somebody else stands. */
export function takenBack(issue: Issue, act: Act, held: AttemptRef): Issue {
  if (!isOwn(issue, held.uuid)) return issue;
  return statusSet(issue, touched(issue, act, toStatus(issue, "in_progress", act)), act);
}
