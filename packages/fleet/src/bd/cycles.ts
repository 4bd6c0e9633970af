/** Cycles over blocking edges. `dep add` refuses them; a hand edit or a merge may have made one all the same. */
import type { Issue } from "@fleet/store/issue";
import { BLOCKING } from "@fleet/store/status";

/** Each cycle once, as the ids along it. Walks with a stack of its own: a chain may be longer than the call stack. */
export function cycles(issues: Iterable<Issue>, types: ReadonlySet<string> = BLOCKING): string[][] {
  const edges = new Map<string, string[]>();
  for (const issue of issues) {
    const targets = (issue.dependencies ?? []).filter(({ type }) => types.has(type)).map((edge) => edge.depends_on_id);
    if (targets.length > 0) edges.set(issue.id, targets);
  }
  const found: string[][] = [];
  const done = new Set<string>();
  for (const root of edges.keys()) {
    if (done.has(root)) continue;
    const trail = [root];
    const left = [[...(edges.get(root) ?? [])]];
    while (trail.length > 0) {
      const next = left.at(-1)?.shift();
      if (next === undefined) {
        const finished = trail.pop();
        left.pop();
        if (finished !== undefined) done.add(finished);
      } else if (trail.includes(next)) found.push(trail.slice(trail.indexOf(next)));
      else if (!done.has(next)) {
        trail.push(next);
        left.push([...(edges.get(next) ?? [])]);
      }
    }
  }
  return found;
}

/** The ids along a cycle, fit for one line. */
export function cycleText(cycle: readonly string[]): string {
  const shown = cycle.length > 8 ? [...cycle.slice(0, 6), `… ${cycle.length - 7} more …`, ...cycle.slice(-1)] : cycle;
  return [...shown, cycle[0]].join(" → ");
}
