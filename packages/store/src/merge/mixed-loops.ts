/**
 * Loops over several relations at once (a task that waits for its own part, an epic whose part waits for what waits for it),
 * made by edges of two homes. Which edges are to be set aside, so that none is left: a function of the edges alone, so that any
 * order of merges says the same.
 */
import type { Dependency, Issue } from "../issue.ts";
import { loops } from "../loops.ts";
import { isHolding, PARENT } from "../status.ts";
import { end, idOf, type Moment, start, steps, type World } from "../waits.ts";
import { components } from "./components.ts";
import { byEdgeAge } from "./registers.ts";

/** Where issues are looked up as they are to stand, with the edges that may stand. */
export interface Lookups {
  readonly issue: (id: string) => Issue | undefined;
  readonly edges: (id: string) => readonly Dependency[];
  /** The ids of an issue's children, of any status. */
  readonly children: (id: string) => readonly string[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Oldest first, an edge stands unless it closes a loop with those that stand. A child keeps its parent: the hierarchy by itself
 * is free of loops when this is asked. Over issues of any status, since a closed one may be reopened.
 */
export function closingMixed(from: readonly string[], { issue, edges, children }: Lookups): Dependency[] {
  const isThere = (id: string): boolean => {
    const one = issue(id);
    return one !== undefined && one.status !== "tombstone";
  };
  const world: World = {
    edges: (id) => edges(id).filter((edge) => isThere(edge.depends_on_id)),
    children: (id) => children(id).filter(isThere),
    isEpic: (id) => issue(id)?.issue_type === "epic",
  };
  const reached = new Set<string>();
  const next = (at: Moment): Moment[] => {
    reached.add(idOf(at));
    return steps(world, at).map((step) => step.at);
  };
  const cyclic = components<Moment>(
    from.filter(isThere).flatMap((id) => [start(id), end(id)]),
    next,
  );
  if (cyclic.length === 0) return [];
  const members = new Set(cyclic.flat().map(idOf));
  const ids = [...reached].sort();
  const among = (isStanding: (edge: Dependency) => boolean): readonly Issue[] =>
    ids.flatMap((id): Issue[] => {
      const one = issue(id);
      return one === undefined
        ? []
        : [{ ...one, status: "open", pinned: false, dependencies: edges(id).filter(isStanding) }];
    });
  if (
    loops(
      among(() => true),
      NONE,
    ).length === 0
  )
    return [];
  const candidates = [...members]
    .flatMap(edges)
    .filter(({ type, depends_on_id }) => isHolding(type) && type !== PARENT && members.has(depends_on_id))
    .sort(byEdgeAge);
  const waiting = new Set(candidates);
  return candidates.filter((edge) => {
    waiting.delete(edge);
    const closes =
      loops(
        among((one) => !waiting.has(one)),
        NONE,
      ).length > 0;
    if (closes) waiting.add(edge);
    return closes;
  });
}
