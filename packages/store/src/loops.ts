/** The loops that are there, over all relations that hold, among what is live. Pure. */
import { anyChildSuffices } from "./any-child.ts";
import { closedEdges } from "./dependents.ts";
import { holdsUp, type Issue } from "./issue.ts";
import type { Snapshot } from "./snapshot.ts";
import { PARENT, WAITS_FOR } from "./status.ts";
import {
  childrenIn,
  type Edge,
  end,
  gate,
  idOf,
  type Loop,
  loopOf,
  type Moment,
  start,
  type Step,
  steps,
  type World,
} from "./waits.ts";

/** The moments that never come, however much else is done: those of loops, and those that wait for one. */
function stuck(steps: (moment: Moment) => readonly Step[], moments: readonly Moment[]): ReadonlySet<Moment> {
  const left = new Map<Moment, number>();
  const waiting = new Map<Moment, { readonly moment: Moment; readonly choice: string | undefined }[]>();
  const free: Moment[] = [];
  for (const moment of moments) {
    const wanted = steps(moment);
    const choices = new Set(wanted.flatMap(({ choice }) => choice ?? []));
    const count = wanted.filter(({ choice }) => choice === undefined).length + choices.size;
    if (count === 0) free.push(moment);
    else left.set(moment, count);
    for (const { at, choice } of wanted) {
      const known = waiting.get(at);
      if (known === undefined) waiting.set(at, [{ moment, choice }]);
      else known.push({ moment, choice });
    }
  }
  const chosen = new Set<string>();
  for (let at = free.pop(); at !== undefined; at = free.pop()) {
    for (const { moment, choice } of waiting.get(at) ?? []) {
      const key = `${moment}\n${choice ?? ""}`;
      if (choice !== undefined && chosen.has(key)) continue;
      if (choice !== undefined) chosen.add(key);
      const count = (left.get(moment) ?? 0) - 1;
      if (count > 0) left.set(moment, count);
      else {
        left.delete(moment);
        free.push(moment);
      }
    }
  }
  return new Set(left.keys());
}

/** The steps of what is live: a gate that one closed child has opened is open. */
function liveSteps(
  issues: readonly Issue[],
  begun: ReadonlySet<string>,
): {
  readonly moments: readonly Moment[];
  readonly of: (moment: Moment) => Step[];
} {
  const byId = new Map(issues.flatMap((issue) => (holdsUp(issue) ? [[issue.id, issue]] : [])));
  const children = childrenIn(byId.values());
  const isOpen = (edge: Edge): boolean =>
    edge.type === WAITS_FOR &&
    (!byId.has(edge.depends_on_id) || (anyChildSuffices(edge) && begun.has(edge.depends_on_id)));
  const world: World = {
    edges: (id) => (byId.get(id)?.dependencies ?? []).filter((edge) => !isOpen(edge)),
    isEpic: (id) => byId.get(id)?.issue_type === "epic",
    children: (id) => children.get(id) ?? [],
  };
  return {
    moments: [...byId.values()].flatMap(({ id, dependencies = [] }) => [
      start(id),
      end(id),
      ...dependencies.flatMap((edge) => (edge.type === WAITS_FOR ? [gate(id, edge.depends_on_id)] : [])),
    ]),
    of: (moment) => steps(world, moment).filter(({ at }) => byId.has(idOf(at))),
  };
}

/** The parents that have a closed child, among these issues. */
export const begunAmong = (issues: readonly Issue[]): ReadonlySet<string> =>
  new Set(childrenIn(issues.filter(({ status }) => status === "closed")).keys());

/** Every loop that is there, and would be with these issues as they are to stand. */
export function loopsIn(snapshot: Snapshot, changed: readonly Issue[] = []): Loop[] {
  const issues = new Map(snapshot.live);
  for (const issue of changed) issues.set(issue.id, issue);
  const parents = closedEdges(snapshot).flatMap(([, parent, type]) => (type === PARENT ? [parent] : []));
  return loops([...issues.values()], new Set([...parents, ...begunAmong(changed)]));
}

/** Every loop among these issues, each once; closed ones hold nobody. `begun`: the parents that have a closed child. */
export function loops(issues: readonly Issue[], begun: ReadonlySet<string>): Loop[] {
  const { moments, of } = liveSteps(issues, begun);
  const left = stuck(of, moments);
  /** Of what is stuck, what it is stuck on: of a choice with a way out, none. */
  const stuckOn = (moment: Moment): Step[] => {
    const all = of(moment);
    const hasWayOut = new Set(all.flatMap(({ at, choice }) => (choice === undefined || left.has(at) ? [] : [choice])));
    return all.filter(({ at, choice }) => left.has(at) && (choice === undefined || !hasWayOut.has(choice)));
  };
  const found = new Map<string, Loop>();
  const done = new Set<Moment>();
  for (const root of left) {
    if (done.has(root)) continue;
    // A stack of its own: a chain may be longer than the call stack.
    const trail: Step[] = [{ at: root, by: undefined }];
    const places = new Map<Moment, number>([[root, 0]]);
    const open = [stuckOn(root)];
    while (trail.length > 0) {
      const next = open.at(-1)?.shift();
      if (next === undefined) {
        open.pop();
        const finished = trail.pop();
        if (finished === undefined) break;
        places.delete(finished.at);
        done.add(finished.at);
        continue;
      }
      const place = places.get(next.at);
      if (place !== undefined) {
        const loop = loopOf([next, ...trail.slice(place + 1)]);
        const key = [...loop.ids].sort().join(" ");
        if (!found.has(key)) found.set(key, loop);
      } else if (!done.has(next.at)) {
        places.set(next.at, trail.length);
        trail.push(next);
        open.push(stuckOn(next.at));
      }
    }
  }
  return [...found.values()];
}
