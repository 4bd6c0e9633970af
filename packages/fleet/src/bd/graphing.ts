/** `bd graph`: connected issues, in layers by what blocks what (beads 1.0.5, cmd/bd/graph.go). */
import type { Dependency, Issue } from "@fleet/store/issue";
import { byCodeUnit } from "@fleet/store/shard";
import type { Snapshot } from "@fleet/store/snapshot";
import { PARENT } from "@fleet/store/status";

export interface Subgraph {
  readonly root: Issue;
  /** In the order in which they were found. */
  readonly issues: readonly Issue[];
  /** Edges with both ends in the graph. */
  readonly edges: readonly Dependency[];
}

interface Node {
  readonly issue: Issue;
  readonly layer: number;
  readonly position: number;
  /** Over `blocks` edges. */
  readonly dependsOn: readonly string[];
}

export interface Layout {
  readonly root: string;
  readonly nodes: ReadonlyMap<string, Node>;
  /** Ids by layer; those in the first can start at once. */
  readonly layers: readonly (readonly string[])[];
}

/** Both directions of every edge, collected in one pass over the issues. */
function neighbours(issues: readonly Issue[]): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    const known = all.get(from);
    if (known === undefined) all.set(from, [to]);
    else known.push(to);
  };
  // Dependents come before dependencies.
  for (const { id, dependencies = [] } of issues) for (const edge of dependencies) add(edge.depends_on_id, id);
  for (const { id, dependencies = [] } of issues) for (const edge of dependencies) add(id, edge.depends_on_id);
  return all;
}

function reached(
  root: string,
  next: ReadonlyMap<string, readonly string[]>,
  byId: ReadonlyMap<string, Issue>,
): Issue[] {
  const seen = new Set([root]);
  const queue = [root];
  // The queue grows during the loop.
  for (const id of queue) {
    for (const other of next.get(id) ?? []) {
      if (seen.has(other) || !byId.has(other)) continue;
      seen.add(other);
      queue.push(other);
    }
  }
  return queue.flatMap((id) => byId.get(id) ?? []);
}

function withEdges(root: Issue, issues: readonly Issue[]): Subgraph {
  const ids = new Set(issues.map(({ id }) => id));
  const edges = issues.flatMap(({ dependencies = [] }) => dependencies.filter((edge) => ids.has(edge.depends_on_id)));
  return { root, issues, edges };
}

/** Everything connected with the root, closed issues too. */
export function around(snapshot: Snapshot, root: Issue): Subgraph {
  const all = snapshot.all();
  const byId = new Map(all.map((issue) => [issue.id, issue]));
  return withEdges(root, reached(root.id, neighbours(all), byId));
}

const better = (a: Issue, b: Issue): Issue => {
  const [epicA, epicB] = [a.issue_type === "epic", b.issue_type === "epic"];
  if (epicA !== epicB) return epicA ? a : b;
  return b.priority < a.priority ? b : a;
};

/** The open issues, one graph for each connected group, largest first. */
export function components(snapshot: Snapshot): Subgraph[] {
  const statuses = ["open", "in_progress", "blocked"];
  const open = [...snapshot.live.values()].filter(({ status }) => statuses.includes(status));
  open.sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status) || byCodeUnit(a.id, b.id));
  const byId = new Map(open.map((issue) => [issue.id, issue]));
  const next = neighbours(open);
  const seen = new Set<string>();
  const groups: Issue[][] = [];
  for (const { id } of open) {
    if (seen.has(id)) continue;
    const group = reached(id, next, byId);
    for (const issue of group) seen.add(issue.id);
    groups.push(group);
  }
  const first = (group: readonly Issue[]): number => group[0]?.priority ?? 0;
  return groups
    .sort((a, b) => b.length - a.length || first(a) - first(b))
    .map((group) => withEdges(group.reduce(better), group));
}

/** Layer 0: not blocked. Else one after the last blocker. Cycles stay in layer 0. */
function layersOf(ids: readonly string[], dependsOn: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const layers = new Map<string, number>();
  const waiting = new Map(ids.map((id) => [id, dependsOn.get(id)?.length ?? 0]));
  const behind = new Map<string, string[]>();
  for (const [id, targets] of dependsOn)
    for (const target of targets) behind.set(target, [...(behind.get(target) ?? []), id]);
  const queue = ids.filter((id) => waiting.get(id) === 0);
  for (const id of queue) {
    const layer = Math.max(-1, ...(dependsOn.get(id) ?? []).map((target) => layers.get(target) ?? -1)) + 1;
    layers.set(id, layer);
    for (const next of behind.get(id) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) queue.push(next);
    }
  }
  for (const id of ids) if (!layers.has(id)) layers.set(id, 0);
  return layers;
}

export function layout({ root, issues, edges }: Subgraph): Layout {
  const dependsOn = new Map<string, string[]>();
  for (const { issue_id: from, depends_on_id: to, type } of edges)
    if (type === "blocks") dependsOn.set(from, [...(dependsOn.get(from) ?? []), to]);
  const layers = layersOf(
    issues.map(({ id }) => id),
    dependsOn,
  );
  // A child starts no sooner than its parent. Ends even for a cycle of parents: layers only grow, up to the highest.
  const parents = edges.filter(({ type }) => type === PARENT);
  for (let moved = true; moved;) {
    moved = false;
    for (const { issue_id: child, depends_on_id: parent } of parents) {
      const above = layers.get(parent) ?? 0;
      if ((layers.get(child) ?? 0) >= above) continue;
      layers.set(child, above);
      moved = true;
    }
  }
  const rows: string[][] = Array.from({ length: Math.max(0, ...layers.values()) + 1 }, () => []);
  for (const [id, layer] of layers) rows[layer]?.push(id);
  for (const row of rows) row.sort(byCodeUnit);
  const place = new Map(rows.flatMap((row) => row.map((id, at) => [id, at] as const)));
  const nodes = new Map(
    issues.map((issue) => [
      issue.id,
      {
        issue,
        layer: layers.get(issue.id) ?? 0,
        position: place.get(issue.id) ?? 0,
        dependsOn: dependsOn.get(issue.id) ?? [],
      },
    ]),
  );
  return { root: root.id, nodes, layers: rows };
}
