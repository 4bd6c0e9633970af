/** The epic of an experiment of which one task is picked closes with that task, in the same commit, unless more is left to do below it. */
import { fleetRecord } from "../fleet-record.ts";
import type { Act } from "../decision.ts";
import type { Issue } from "../issue.ts";
import { Graph } from "../graph.ts";
import type { Snapshot } from "../snapshot.ts";
import { PARENT } from "../status.ts";
import { notBefore, stamp } from "../time.ts";
import { withWritten } from "./overlay.ts";
import { toStatus } from "./status-change.ts";
import { touched } from "./touched.ts";

/** The epic below which this very task is the one that was picked. */
export function pickedIn(snapshot: Snapshot, issue: Issue): Issue | undefined {
  for (const { type, depends_on_id: id } of issue.dependencies ?? []) {
    const epic = type === PARENT ? snapshot.issue(id) : undefined;
    if (epic !== undefined && fleetRecord(epic).picked === issue.id) return epic;
  }
  return undefined;
}

/** The change that is written together with a task that closes now. */
export function withPickedEpic(snapshot: Snapshot, act: Act, closed: Issue): Issue[] {
  if (closed.status !== "closed") return [closed];
  const epic = pickedIn(snapshot, closed);
  if (epic === undefined || epic.status === "closed" || epic.status === "tombstone") return [closed];
  if (new Graph(withWritten(snapshot, [closed])).children(epic.id).open > 0) return [closed];
  const over = {
    ...toStatus(epic, "closed", act),
    closed_at: notBefore(stamp(act.now), epic.created_at),
    close_reason: `picked ${closed.id}`,
  };
  return [closed, touched(epic, act, over)];
}
