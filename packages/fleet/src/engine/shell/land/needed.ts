/** The tasks on whose work another was begun (`base: needs`), and what became of them since. */
import { fleetRecord } from "@fleet/store/claims";
import type { Snapshot } from "@fleet/store/snapshot";

import { readLanding } from "../../../landing/record.ts";
import { isBelieved } from "../../core/onto.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";

/**
 * done: it has landed, or closed with nothing to land · accepted: it is about to land · open: it is anybody's work again, so that
 * what was taken of it may change · dropped: it was deleted, or closed without having landed.
 */
type NeededState = "done" | "accepted" | "open" | "dropped";

export interface Needed {
  readonly task: string;
  readonly state: NeededState;
}

export function neededBy(home: string, snapshot: Snapshot, { base_from: from }: WorkspaceRecord): Needed[] {
  if (from?.kind !== "needs") return [];
  return from.tasks.map((task) => ({ task, state: stateOf(home, snapshot, task) }));
}

function stateOf(home: string, snapshot: Snapshot, task: string): NeededState {
  const issue = snapshot.issue(task);
  if (issue === undefined) return "dropped";
  if (issue.status !== "closed") return isBelieved(issue) ? "accepted" : "open";
  const isDone = fleetRecord(issue).grade !== undefined || readLanding(home, task).landed !== undefined;
  return isDone ? "done" : "dropped";
}
