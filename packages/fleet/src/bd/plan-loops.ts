/** Tasks of a plan that wait for each other. Pure. */
import { BLOCKING, PARENT } from "@fleet/store/status";

import type { Fault, Planned } from "./plan.ts";

/** For each task of the plan the tasks it waits for, including children and parents. */
function waitsFor(planned: readonly Planned[]): ReadonlyMap<number, readonly number[]> {
  const edges = new Map<number, number[]>();
  planned.forEach(({ links }, at) => {
    for (const { to, type, reversed } of links) {
      if (to.kind !== "task" || !(BLOCKING.has(type) || type === PARENT)) continue;
      const [from, on] = reversed ? [to.at, at] : [at, to.at];
      edges.set(from, [...(edges.get(from) ?? []), on]);
    }
  });
  return edges;
}

/** The first task that waits for itself through others. */
export function looped(planned: readonly Planned[]): Fault[] {
  const edges = waitsFor(planned);
  const done = new Set<number>();
  const walk = (at: number, way: readonly number[]): readonly number[] | undefined => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at];
    if (done.has(at)) return undefined;
    for (const next of edges.get(at) ?? []) {
      const loop = walk(next, [...way, at]);
      if (loop !== undefined) return loop;
    }
    done.add(at);
    return undefined;
  };
  for (const at of edges.keys()) {
    const loop = walk(at, []);
    if (loop === undefined) continue;
    const titles = loop.map((one) => JSON.stringify(planned[one]?.title ?? ""));
    return [{ line: planned[at]?.line ?? 1, why: `tasks wait for each other: ${titles.join(" → ")}` }];
  }
  return [];
}
