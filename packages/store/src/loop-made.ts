/** The loop that a change would close, so that it can be refused. Pure. */
import { dependents } from "./dependents.ts";
import type { Issue } from "./issue.ts";
import type { Snapshot } from "./snapshot.ts";
import { PARENT } from "./status.ts";
import { childrenIn, end, type Loop, loopOf, type Moment, start, type Step, steps, type World } from "./waits.ts";

/** A loop that runs through one of these issues; the shortest by its steps. */
function loopThrough(world: World, ids: readonly string[]): Loop | undefined {
  for (const from of ids.flatMap((id) => [start(id), end(id)])) {
    const came = new Map<Moment, { readonly step: Step; readonly before: Moment }>();
    // A Map and a list that grows while it is gone through: the nearest first.
    const queue: Moment[] = [from];
    for (const at of queue) {
      for (const step of steps(world, at)) {
        if (step.isWayOut === true || came.has(step.at)) continue;
        came.set(step.at, { step, before: at });
        queue.push(step.at);
      }
      if (came.has(from)) return loopOf(trailTo(from, came));
    }
  }
  return undefined;
}

function trailTo(
  from: Moment,
  came: ReadonlyMap<Moment, { readonly step: Step; readonly before: Moment }>,
): readonly Step[] {
  const trail: Step[] = [];
  for (
    let known = came.get(from);
    known !== undefined;
    known = known.before === from ? undefined : came.get(known.before)
  )
    trail.unshift(known.step);
  const last = trail.pop();
  return last === undefined ? trail : [last, ...trail];
}

/**
 * The loop that a change would close: over issues of any status, since a closed one may be reopened. `changed` stand as they
 * would; only loops through them are looked for.
 */
export function loopMadeBy(snapshot: Snapshot, changed: readonly Issue[]): Loop | undefined {
  const news = new Map(changed.map((issue) => [issue.id, issue]));
  const added = childrenIn(changed);
  const issue = (id: string): Issue | undefined => news.get(id) ?? snapshot.issue(id);
  const children = new Map<string, readonly string[]>();
  const childrenOf = (id: string): readonly string[] => {
    const there = dependents(snapshot, id).flatMap((one) => (one.type === PARENT && !news.has(one.id) ? [one.id] : []));
    return [...there, ...(added.get(id) ?? [])];
  };
  const world: World = {
    edges: (id) => issue(id)?.dependencies ?? [],
    isEpic: (id) => issue(id)?.issue_type === "epic",
    children: (id) => {
      const known = children.get(id) ?? childrenOf(id);
      children.set(id, known);
      return known;
    },
  };
  return loopThrough(
    world,
    changed.map(({ id }) => id),
  );
}
