/**
 * What waits for what, over all relations that hold, and the loops in it. Each issue has two moments: it may start, and it is
 * finished.
 *
 *     x may start after    the end of what it depends on (blocks, conditional-blocks)
 *                          the end of the children of what it waits for (waits-for), or its own end
 *                          the moment its parent may start: a child waits for what its parent waits for
 *     x is finished after  it may start, and, of an epic, the end of its children
 *
 * A loop among these moments, however many kinds of edges it runs over, never starts by itself. Pure.
 */
import { closedEdges, dependents } from "./dependents.ts";
import { isLive, type Issue } from "./issue.ts";
import type { Snapshot } from "./snapshot.ts";
import { BLOCKING, PARENT, WAITS_FOR } from "./status.ts";

interface Edge {
  readonly depends_on_id: string;
  readonly type: string;
  readonly metadata?: unknown;
}

/** Where the edges are read from. What is not there holds nobody here: it is no part of a loop. */
interface World {
  readonly edges: (id: string) => readonly Edge[];
  readonly children: (id: string) => readonly string[];
  readonly isEpic: (id: string) => boolean;
}

/** The edge by which one moment waits for another. */
export interface Wait {
  readonly from: string;
  readonly to: string;
  readonly type: string;
}

/** `ids`: along the loop, each waits for the next one and the last for the first. `edges`: what it is made of. */
export interface Loop {
  readonly ids: readonly string[];
  readonly edges: readonly Wait[];
}

/** gate: what a waits-for edge asks of the children of its target, as "gate FROM TO". */
type Moment = `${"start" | "end" | "gate"} ${string}`;

interface Step {
  readonly at: Moment;
  /** Undefined from an issue's end to its own start. */
  readonly by: Wait | undefined;
  /** Steps of one choice are alternatives: one of them is enough. */
  readonly choice?: string;
  /** An alternative that nobody plans with: a refusal does not count on it, and does not mind it. */
  readonly isWayOut?: true;
}

const start = (id: string): Moment => `start ${id}`;
const end = (id: string): Moment => `end ${id}`;
const gate = (from: string, to: string): Moment => `gate ${from} ${to}`;
const idOf = (moment: Moment): string => moment.split(" ")[1] ?? "";

/** The gate of a waits-for edge stands in its metadata, a JSON text: {"gate":"any-children"}. */
export const anyChildSuffices = ({ metadata }: Pick<Edge, "metadata">): boolean =>
  typeof metadata === "string" && metadata.includes("any-children");

function steps(world: World, moment: Moment): Step[] {
  const id = idOf(moment);
  if (moment.startsWith("gate ")) {
    const to = moment.split(" ")[2] ?? "";
    return world.children(to).map((child) => ({ at: end(child), by: { from: id, to, type: WAITS_FOR } }));
  }
  if (moment.startsWith("end ")) {
    const children = world.isEpic(id) ? world.children(id) : [];
    const own: Step = { at: start(id), by: undefined };
    return [own, ...children.map((child): Step => ({ at: end(child), by: { from: child, to: id, type: PARENT } }))];
  }
  return world.edges(id).flatMap((edge): Step[] => {
    const { depends_on_id: to, type } = edge;
    const by = { from: id, to, type };
    if (BLOCKING.has(type)) return [{ at: end(to), by }];
    if (type === PARENT) return [{ at: start(to), by }];
    if (type !== WAITS_FOR) return [];
    const children = world.children(to);
    if (children.length === 0) return [];
    const ways = anyChildSuffices(edge) ? children.map(end) : [gate(id, to)];
    return [...ways.map((at) => ({ at, by, choice: to })), { at: end(to), by, choice: to, isWayOut: true }];
  });
}

/** `trail`: from the step that comes back to the beginning on, in the order of the waiting. */
function loopOf(trail: readonly Step[]): Loop {
  const ids = trail.map(({ at }) => idOf(at)).filter((id, at, all) => at === 0 || id !== all[at - 1]);
  if (ids.length > 1 && ids[0] === ids.at(-1)) ids.pop();
  const edges = new Map(trail.flatMap(({ by }) => (by === undefined ? [] : [[JSON.stringify(by), by]])));
  return { ids, edges: [...edges.values()] };
}

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

/** The ids of the children of each parent, among these issues. */
export const childrenIn = (issues: Iterable<Issue>): ReadonlyMap<string, string[]> => {
  const children = new Map<string, string[]>();
  for (const { id, dependencies = [] } of issues)
    for (const { depends_on_id: parent, type } of dependencies) {
      if (type !== PARENT) continue;
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [id]);
      else known.push(id);
    }
  return children;
};

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
  // What is pinned holds nobody and waits for nobody.
  const holds = (issue: Issue): boolean => isLive(issue) && issue.status !== "pinned" && issue.pinned !== true;
  const byId = new Map(issues.flatMap((issue) => (holds(issue) ? [[issue.id, issue]] : [])));
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

/** The edge to give up where a loop is to be opened: the newest, and one of the hierarchy only where there is no other. */
export function weakest(loop: Loop, madeAt: (edge: Wait) => string): Wait | undefined {
  const others = loop.edges.filter(({ type }) => type !== PARENT);
  const [first, ...rest] = others.length > 0 ? others : loop.edges;
  return rest.reduce((a, b) => (a !== undefined && madeAt(b) <= madeAt(a) ? a : b), first);
}

/** The ids along a loop, fit for one line. */
export function loopText({ ids }: Loop): string {
  const shown = ids.length > 8 ? [...ids.slice(0, 6), `… ${ids.length - 7} more …`, ...ids.slice(-1)] : ids;
  return [...shown, ids[0]].join(" → ");
}
