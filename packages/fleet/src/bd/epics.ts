/** Epics and their progress. */
import { Graph } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

export interface EpicProgress {
  readonly epic: Issue;
  readonly total: number;
  readonly closed: number;
  /** It has children, and all are closed. */
  readonly eligible: boolean;
}

/** Every epic that is not closed. */
export function epicsOf(snapshot: Snapshot): EpicProgress[] {
  const graph = new Graph(snapshot);
  return [...snapshot.live.values()]
    .filter((issue) => issue.issue_type === "epic")
    .map((epic) => {
      const { open, closed } = graph.children(epic.id);
      return { epic, total: open + closed, closed, eligible: open === 0 && closed > 0 };
    });
}
