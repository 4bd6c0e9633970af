/**
 * undo-landing: what landed was taken back from its target, or taken off it, so the task is not done any more: a person says what
 * becomes of it. Once approved again it lands again; rejected, it goes back to the queue.
 */
import { withRecord } from "../fleet-record.ts";
import { type Act, type AttemptRef, type Decision, none } from "../decision.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { stamp } from "../time.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { toStatus } from "./status-change.ts";
import { touched } from "./touched.ts";

export interface UndoneLanding {
  readonly id: string;
  /** The last one: its work is what landed. */
  readonly attempt: AttemptRef;
  /** The commit that took it back, and from which branch; null where somebody had taken it off that already. */
  readonly commit: string | null;
  readonly target: string;
}

/** A task that was opened meanwhile stays as somebody made it. */
export function undoLanding(
  snapshot: Snapshot,
  act: Act,
  { id, attempt, commit, target }: UndoneLanding,
): Decision<Issue> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  if (issue.status !== "closed") return none(issue);
  const missing = [commit === null ? `it was taken off ${target}` : `${act.actor} took it back from ${target}`];
  const record = withRecord(issue, {
    landing: undefined,
    approval: undefined,
    grade: undefined,
    accepted_by: undefined,
    review: { attempt: { ...attempt }, at: stamp(act.now), claim: issue.close_reason ?? "", change: "", missing },
  });
  const next = touched(record, act, { ...toStatus(issue, "in_progress", act), assignee: undefined });
  return {
    kind: "commit",
    event: "reopen",
    task: issue.id,
    subject: issue.title,
    attempt,
    ...(commit === null ? {} : { trailers: [["Fleet-Undone", `${commit} on ${target}`] as const] }),
    issues: [next],
    result: next,
  };
}
