/**
 * What waits for what, over all relations that hold. Each issue has two moments: it may start, and it is finished.
 *
 *     x may start after    the end of what it depends on (blocks, conditional-blocks)
 *                          the end of the children of what it waits for (waits-for), or its own end
 *                          the moment its parent may start: a child waits for what its parent waits for
 *     x is finished after  it may start, and, of an epic, the end of its children
 *
 * A loop among these moments, however many kinds of edges it runs over, never starts by itself: loops.ts finds those that are
 * there, loop-made.ts the one that a change would close. Pure.
 */
import { anyChildSuffices } from "./any-child.ts";
import type { Issue } from "./issue.ts";
import { BLOCKING, type EdgeType, isHolding, PARENT, WAITS_FOR } from "./status.ts";

export interface Edge {
  readonly depends_on_id: string;
  readonly type: EdgeType;
  readonly metadata?: unknown;
}

/** The edges by which an issue waits, as texts that are equal where the edges hold alike. */
export const holdingEdges = ({ dependencies = [] }: Pick<Issue, "dependencies">): string[] =>
  dependencies.flatMap(({ type, depends_on_id: to }) => (isHolding(type) ? [`${type} ${to}`] : []));

/** Where the edges are read from. What is not there holds nobody here: it is no part of a loop. */
export interface World {
  readonly edges: (id: string) => readonly Edge[];
  readonly children: (id: string) => readonly string[];
  readonly isEpic: (id: string) => boolean;
}

/** The edge by which one moment waits for another. */
export interface Wait {
  readonly from: string;
  readonly to: string;
  readonly type: EdgeType;
}

/** `ids`: along the loop, each waits for the next one and the last for the first. `edges`: what it is made of. */
export interface Loop {
  readonly ids: readonly string[];
  readonly edges: readonly Wait[];
}

/** gate: what a waits-for edge asks of the children of its target, as "gate FROM TO". */
export type Moment = `${"start" | "end" | "gate"} ${string}`;

export interface Step {
  readonly at: Moment;
  /** Undefined from an issue's end to its own start. */
  readonly by: Wait | undefined;
  /** Steps of one choice are alternatives: one of them is enough. */
  readonly choice?: string;
  /** An alternative that nobody plans with: a refusal does not count on it, and does not mind it. */
  readonly isWayOut?: true;
}

export const start = (id: string): Moment => `start ${id}`;
export const end = (id: string): Moment => `end ${id}`;
export const gate = (from: string, to: string): Moment => `gate ${from} ${to}`;
export const idOf = (moment: Moment): string => moment.split(" ")[1] ?? "";

export function steps(world: World, moment: Moment): Step[] {
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
export function loopOf(trail: readonly Step[]): Loop {
  const ids = trail.map(({ at }) => idOf(at)).filter((id, at, all) => at === 0 || id !== all[at - 1]);
  if (ids.length > 1 && ids[0] === ids.at(-1)) ids.pop();
  const edges = new Map(trail.flatMap(({ by }) => (by === undefined ? [] : [[JSON.stringify(by), by]])));
  return { ids, edges: [...edges.values()] };
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
 * The edge to give up where a loop is to be opened: the newest, and one of the hierarchy only where there is no other. When an
 * edge was made stands in the issue that it is of.
 */
export function weakest(loop: Loop, issueOf: (id: string) => Issue | undefined): Wait | undefined {
  const madeAt = ({ from, to, type }: Wait): string =>
    issueOf(from)?.dependencies?.find((edge) => edge.depends_on_id === to && edge.type === type)?.created_at ?? "";
  const others = loop.edges.filter(({ type }) => type !== PARENT);
  const [first, ...rest] = others.length > 0 ? others : loop.edges;
  return rest.reduce((a, b) => (a !== undefined && madeAt(b) <= madeAt(a) ? a : b), first);
}

/** The ids along a loop, fit for one line. */
export function loopText({ ids }: Loop): string {
  const shown = ids.length > 8 ? [...ids.slice(0, 6), `… ${ids.length - 7} more …`, ...ids.slice(-1)] : ids;
  return [...shown, ids[0]].join(" → ");
}
