/** Which issues point at one: the live ones are at hand, closed ones are read where a mark says that one may be there. */
import { mayPointAt } from "./marks.ts";
import type { Issue } from "./issue.ts";
import type { Snapshot } from "./snapshot.ts";
import type { EdgeType } from "./status.ts";

export interface Dependent {
  readonly id: string;
  /** The edge's. */
  readonly type: EdgeType;
  readonly closed: boolean;
}

/** The live issues that point at this one, with the edge's type. */
export function liveDependents(
  { derived }: Snapshot,
  id: string,
): { readonly issue: Issue; readonly type: EdgeType }[] {
  const found: { issue: Issue; type: EdgeType }[] = [];
  for (const part of Object.values(derived.parts)) {
    if (!mayPointAt(part.livePointsAt, id)) continue;
    for (const issue of part.live.values)
      for (const edge of issue.dependencies ?? [])
        if (edge.depends_on_id === id) found.push({ issue, type: edge.type });
  }
  return found;
}

/** Edges of closed issues that point at live ones. */
export const closedEdges = ({ derived }: Snapshot): readonly (readonly [from: string, to: string, type: EdgeType])[] =>
  Object.values(derived.parts).flatMap((part) => [...part.closedEdges]);

/** The shards in which a closed issue may point at this one. */
const namesPointingAt = ({ derived }: Snapshot, id: string): string[] =>
  Object.entries(derived.parts).flatMap(([name, part]) => (mayPointAt(part.pointsAt, id) ? [name] : []));

/** Reads what `dependents` of these will look into, in one go. */
export function readPointingAt(snapshot: Snapshot, ids: readonly string[]): void {
  const closed = ids.filter((id) => snapshot.liveIssue(id) === undefined);
  snapshot.readAhead([...new Set(closed.flatMap((id) => namesPointingAt(snapshot, id)))]);
}

/** Ids of issues of any status that point at this one. */
export function dependents(snapshot: Snapshot, id: string): Dependent[] {
  const found: Dependent[] = liveDependents(snapshot, id).map(({ issue, type }) => ({
    id: issue.id,
    type,
    closed: false,
  }));
  if (snapshot.liveIssue(id) !== undefined) {
    for (const [from, to, type] of closedEdges(snapshot)) if (to === id) found.push({ id: from, type, closed: true });
    return found;
  }
  for (const issue of snapshot.closedIn(namesPointingAt(snapshot, id)).flat())
    for (const edge of issue.dependencies ?? [])
      if (edge.depends_on_id === id) found.push({ id: issue.id, type: edge.type, closed: true });
  return found;
}
