/** landed: the work of a task is on its target, so the task closes; the commit says as what. Done once, however often it is said. */
import { acceptedOf, heldBy, isSameWork, landingOf } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { Accepted } from "../record-shapes.ts";
import { type Act, type Decision, none } from "../decision.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { notBefore, stamp } from "../time.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { withPickedEpic } from "./picked-epic.ts";
import { gradeText } from "./review.ts";
import { toStatus } from "./status-change.ts";
import { touched } from "./touched.ts";

export interface LandedOn {
  readonly id: string;
  /** The accepted work that landed; undefined if nobody had judged it. */
  readonly accepted: Accepted | undefined;
  /** The commit of the target that has the work. */
  readonly commit: string;
  readonly target: string;
  /** By its pull request. */
  readonly isMerged?: boolean;
  /** Who said that it is done without acceptance, where that was so. */
  readonly forcedBy?: string;
}

const LANDED = {
  landing: undefined,
  landing_round: undefined,
  reason: undefined,
  session: undefined,
  session_coder: undefined,
  session_account: undefined,
} as const;

const FORCED = { review: undefined, not_before: undefined, tries: undefined, grade: "accepted" } as const;

/** A task that does not wait to land with this very work stays as it is: what somebody made of it meanwhile stands. */
export function landed(
  snapshot: Snapshot,
  act: Act,
  { id, accepted, commit, target, isMerged = false, forcedBy }: LandedOn,
): Decision<Issue> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const stage = landingOf(issue);
  const isForced = forcedBy !== undefined && issue.status !== "closed" && heldBy(issue) === undefined;
  if (!isForced && (stage === undefined || !isSameWork(accepted, acceptedOf(issue)))) return none(issue);
  const { grade, accepted_by = forcedBy, pull } = fleetRecord(issue);
  const merged = isMerged && pull !== undefined ? { pull: { ...pull, merged: commit } } : {};
  const record = isForced ? { ...LANDED, ...FORCED, accepted_by } : { ...LANDED, ...merged };
  const next = touched(withRecord(issue, record), act, {
    ...toStatus(issue, "closed", act),
    closed_at: notBefore(stamp(act.now), issue.created_at),
    assignee: stage === undefined ? undefined : issue.assignee,
    close_reason: stage?.reason ?? `landed by ${forcedBy ?? act.actor}, without acceptance`,
  });
  const graded = gradeText(grade, accepted_by);
  return {
    kind: "commit",
    event: "close",
    task: issue.id,
    subject: issue.title,
    ...(stage === undefined ? {} : { attempt: stage.attempt }),
    trailers: [
      ...(graded === undefined ? [] : [["Fleet-Grade", graded] as const]),
      ["Fleet-Landed", `${commit} on ${target}`],
      ...(forcedBy === undefined ? [] : [["Fleet-Forced", forcedBy] as const]),
    ],
    issues: withPickedEpic(snapshot, act, next),
    result: next,
  };
}
