/** Reads fleet's record of an issue: who holds it, which work waits, and for what. */
import type { AttemptRef } from "./decision.ts";
import { type FleetRecord, fleetRecord, type Subject } from "./fleet-record.ts";
import type { Issue } from "./issue.ts";
import type { Accepted, LandingStage, Pull, Review } from "./record-shapes.ts";

/** The attempt that is recorded on the issue, held or waiting to be settled. */
export const heldBy = (issue: Issue): AttemptRef | undefined => fleetRecord(issue).attempt;

/** The attempt whose look shows where its work began. */
export const baseOf = (issue: Issue): string | undefined => fleetRecord(issue).bases?.at(-1)?.uuid;

/** When its work began, in milliseconds since 1970: anew, once it was opened again; 0 before its first claim. */
export const beganAt = (issue: Issue): number => Date.parse(fleetRecord(issue).bases?.at(-1)?.at ?? "") || 0;

/** The work that waits for a person to approve or reject it; a record left from an earlier status does not count. */
export function reviewOf(issue: Issue): Review | undefined {
  const { attempt, review } = fleetRecord(issue);
  return issue.status === "in_progress" && attempt === undefined ? review : undefined;
}

/** The epic of the experiment that this task belongs to, as long as nothing of it is picked. */
export const experimentOf = (issue: Subject): string | undefined => fleetRecord(issue).experiment;

/** The work that waits to land on its target; a record left from an earlier status does not count. */
export function landingOf(issue: Issue): LandingStage | undefined {
  const { attempt, landing } = fleetRecord(issue);
  return issue.status === "in_progress" && attempt === undefined ? landing : undefined;
}

const isPullOpen = ({ number, merged }: Pull): boolean => number > 0 && merged === undefined;

/** The pull request of a task that waits for it to be merged; one that is over is none. */
export function openPullOf(issue: Issue): Pull | undefined {
  const { pull } = fleetRecord(issue);
  return pull !== undefined && isPullOpen(pull) && landingOf(issue) !== undefined ? pull : undefined;
}

/** The work that a person takes by closing the task: what was accepted already, else what waits for approval. */
export function takenByClosing({ accepted, review }: FleetRecord): Accepted | undefined {
  if (accepted !== undefined || review?.head === undefined) return accepted;
  const { attempt, head } = review;
  return { attempt, head };
}

/** True for the same attempt and the same commit. */
export const isSameWork = (one: Accepted | undefined, other: Accepted | undefined): boolean =>
  one?.attempt.uuid === other?.attempt.uuid && one?.head === other?.head;

/** The work that was accepted; where only the stage tells it (a home of before), as whatever commit. */
export function acceptedOf(issue: Issue): Accepted | undefined {
  const stage = landingOf(issue);
  return fleetRecord(issue).accepted ?? (stage === undefined ? undefined : { attempt: stage.attempt });
}

/** `claude/7f3a`: who an attempt is in the history and in the queue. */
export const attemptName = (coder: string, uuid: string): string => `${coder}/${uuid.slice(0, 4)}`;

/** True where the assignee is an attempt that has ended: nobody works on what it is assigned to any more. */
export function isLeftBehind(issue: Issue): boolean {
  const { attempt, attempts } = fleetRecord(issue);
  return attempt === undefined && attempts !== undefined && /.\/[0-9a-f]{4}$/.test(issue.assignee ?? "");
}

/** Removes the claim of an ended attempt from an issue that goes back to the queue; a person's assignment stays. */
export const releasedFields = (issue: Issue): { readonly [K in "assignee" | "started_at"]?: undefined } =>
  isLeftBehind(issue) ? { assignee: undefined, started_at: undefined } : {};

/** True for an attempt that this home did not make: its processes are not here. A record that names no home is nobody's. */
export function isElsewhere(issue: Issue, home: string): boolean {
  const { attempt, home: whose } = fleetRecord(issue);
  return attempt !== undefined && whose !== home;
}
