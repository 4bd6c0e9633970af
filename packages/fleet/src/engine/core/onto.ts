/**
 * Tasks that begin with the work of others (`base: needs`, in clones) start once that is accepted, though it has not landed yet. Pure.
 */
import { landingOf, reviewOf } from "@fleet/store/claims";
import { parentOf } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";

import type { Queue } from "./obstacles.ts";
import type { Obstacle } from "./reason.ts";

export interface Onto {
  /** The remaining obstacles. */
  readonly obstacles: readonly Obstacle[];
  /** The tasks on whose accepted work it would begin. */
  readonly onto: readonly string[];
}

/** `cwd`: of both, because the work of one repository is nothing in another. */
export function withAccepted(
  issue: Issue,
  obstacles: readonly Obstacle[],
  { snapshot, graph }: Queue,
  cwdOf: (issue: Issue) => string,
): Onto {
  const parent = parentOf(issue);
  const above = parent === undefined ? undefined : snapshot.liveIssue(parent);
  if (above !== undefined && graph.isBlocked(above)) return { obstacles, onto: [] };
  const blocks = new Set(
    (issue.dependencies ?? []).flatMap(({ type, depends_on_id: id }) => (type === "blocks" ? [id] : [])),
  );
  const isAccepted = (id: string): boolean => {
    const needed = snapshot.liveIssue(id);
    return needed !== undefined && blocks.has(id) && isBelieved(needed) && areNear(cwdOf(needed), cwdOf(issue));
  };
  const onto: string[] = [];
  const left = obstacles.flatMap((one): Obstacle[] => {
    if (one.kind !== "dependencies") return [one];
    const open = one.on.filter((id) => !isAccepted(id));
    onto.push(...one.on.filter((id) => !open.includes(id)));
    return open.length === 0 ? [] : [{ ...one, on: open }];
  });
  return { obstacles: left, onto };
}

/** To land, or to be seen by a person before. */
export const isBelieved = (issue: Issue): boolean =>
  landingOf(issue) !== undefined || reviewOf(issue)?.grade !== undefined;

const areNear = (a: string, b: string): boolean => `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
