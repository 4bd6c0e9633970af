/**
 * What a change from outside would let start that it does not touch itself: what waited here for an issue that it ends, pins or
 * brings, and what is below an issue that it no longer holds up. Pure.
 */
import { liveDependents } from "./dependents.ts";
import { Graph, parentOf } from "./graph.ts";
import { holdsUp, isLive, type Issue } from "./issue.ts";
import type { Snapshot } from "./snapshot.ts";
import { BLOCKING, type EdgeType, isHolding, PARENT, WAITS_FOR } from "./status.ts";
import { holdingEdges } from "./waits.ts";

/** An issue as it was here (undefined: there was none) and as it is to stand. */
export interface Passage {
  readonly was: Issue | undefined;
  readonly is: Issue;
}

const WAITS = (type: EdgeType): boolean => BLOCKING.has(type) || type === WAITS_FOR;
const isParent = (type: EdgeType): boolean => type === PARENT;
const isWaitsFor = (type: EdgeType): boolean => type === WAITS_FOR;

const isPutOff = (issue: Issue): boolean => issue.status === "deferred" || (issue.defer_until ?? "") !== "";

/** It waited or was put off, and does so less than before. */
function isLoosened(graph: Graph, was: Issue, is: Issue): boolean {
  const edges = new Set(holdingEdges(is));
  if (graph.isBlocked(was) && (!holdsUp(is) || holdingEdges(was).some((edge) => !edges.has(edge)))) return true;
  return isPutOff(was) && (!isLive(is) || was.status !== is.status || was.defer_until !== is.defer_until);
}

/** The ids of what is freed, each with the id of the issue by which. `snapshot` is as things stand before. */
export function freedBy(snapshot: Snapshot, passages: Iterable<Passage>): ReadonlyMap<string, string> {
  const graph = new Graph(snapshot);
  const found = new Map<string, string>();
  const free = (to: string, by: string, isOf: (type: EdgeType) => boolean): void => {
    const open = liveDependents(snapshot, to).flatMap(({ issue, type }) => (isOf(type) ? [issue.id] : []));
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.set(id, by);
      // Its children waited for the same issues.
      open.push(...liveDependents(snapshot, id).flatMap((one) => (isParent(one.type) ? [one.issue.id] : [])));
    }
  };
  for (const { was, is } of passages) {
    const { id } = is;
    const there = was !== undefined && isLive(was) ? was : undefined;
    if (was === undefined && snapshot.isMissing(id)) free(id, id, isHolding);
    if (there !== undefined && holdsUp(there) && !holdsUp(is)) free(id, id, WAITS);
    if (there !== undefined && isLoosened(graph, there, is)) free(id, id, isParent);
    // An issue that waits for the children of another may continue when a child ends, arrives closed, or is no longer a child.
    const [before, after] = [there === undefined ? undefined : parentOf(there), parentOf(is)];
    const hasMoved = there !== undefined && before !== after;
    if (hasMoved || (!isLive(is) && was?.status !== is.status))
      for (const parent of new Set([before, after]))
        if (parent !== undefined && snapshot.liveIssue(parent) !== undefined) free(parent, id, isWaitsFor);
  }
  return found;
}
