/** Closed tasks whose work is on its target no more: somebody took it off, and a person says whether that was meant. */
import type { Snapshot } from "@fleet/store/snapshot";

import { seenOff, type TakenOff } from "../../landing/still-there.ts";

export const closedAmong = (all: readonly TakenOff[], snapshot: Snapshot): readonly TakenOff[] =>
  all.filter(({ task }) => snapshot.issue(task)?.status === "closed");

/** As the supervisor saw it, or `bd doctor`. */
export const takenOffTasks = (home: string, snapshot: Snapshot): readonly TakenOff[] =>
  closedAmong(seenOff(home), snapshot);

/** What opens its task again, so that it is approved, and lands, or is sent back. */
export const openAgain = ({ task }: Pick<TakenOff, "task">): string => `fleet land ${task} --undo`;

export const takenOffText = ({ task, commit, target, repository }: TakenOff): string =>
  `${task} is closed, but ${target} of ${repository} no longer has it; it was there as ${commit.slice(0, 10)}`;

/** All of them in a line; empty where there is none. */
export function takenOffLine(all: readonly TakenOff[]): string {
  const [first] = all;
  if (first === undefined) return "";
  const many = all.length === 1 ? "" : `${all.length} tasks, the first of them: `;
  return `${many}${takenOffText(first)}; to open it again: ${openAgain(first)}`;
}
