/** dep add and dep remove, with the rules of beads 1.0.5 in their order (as beads 1.0.5). */
import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { parentOf, path } from "../graph.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { BLOCKING, PARENT } from "../status.ts";
import { stamp } from "../time.ts";
import { find, guardInside, touched } from "./find.ts";

export interface Edge {
  /** The issue that depends. */
  readonly from: string;
  readonly to: string;
  readonly type: string;
  /** A JSON text; "{}" unless something is given. */
  readonly metadata?: string;
}

export interface EdgeResult {
  readonly from: Issue;
  /** Undefined for a target outside this home (external:…). */
  readonly to: Issue | undefined;
  readonly toId: string;
  readonly type: string;
}

const isExternal = (id: string): boolean => id.startsWith("external:");

function located(snapshot: Snapshot, argument: string, what: string): Issue {
  try {
    return find(snapshot, argument);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StoreError(
      error.code,
      `resolving ${what} ID ${argument}: resolving issue ID ${argument}: ${error.message}`,
      { cause: error },
    );
  }
}

/** Throws where the edge `issue → to` must not be. */
export function checkEdge(snapshot: Snapshot, issue: Issue, to: string, type: string): void {
  if (issue.id === to) throw new StoreError("invalid", "cannot add self-dependency: an issue can't depend on itself");
  const target = snapshot.issue(to);
  if (parentOf(issue) === to && type !== PARENT) {
    throw new StoreError(
      "invalid",
      `cannot add dependency: ${issue.id} is already a child of ${to}. Children inherit dependency on parent completion via hierarchy. Adding an explicit dependency would create a deadlock`,
    );
  }
  if (type === "blocks" && target !== undefined) {
    const [fromEpic, toEpic] = [issue.issue_type === "epic", target.issue_type === "epic"];
    if (fromEpic && !toEpic) throw new StoreError("invalid", "epics can only block other epics, not tasks");
    if (!fromEpic && toEpic) throw new StoreError("invalid", "tasks can only block other tasks, not epics");
  }
  const cyclic = BLOCKING.has(type) ? BLOCKING : type === PARENT ? new Set([PARENT]) : undefined;
  if (cyclic === undefined) return;
  const edges = (id: string): string[] =>
    (snapshot.issue(id)?.dependencies ?? []).filter((edge) => cyclic.has(edge.type)).map((edge) => edge.depends_on_id);
  const trail = path(to, issue.id, edges);
  if (trail !== undefined) {
    throw new StoreError("cycle", "adding dependency would create a cycle", {
      where: [issue.id, ...trail].join(" → "),
      mend: `fleet bd dep tree ${to}`,
    });
  }
}

export function addEdge(snapshot: Snapshot, act: Act, edge: Edge): Decision<EdgeResult> {
  const from = located(snapshot, edge.from, "issue");
  const target = isExternal(edge.to) ? undefined : located(snapshot, edge.to, "dependency");
  const toId = target?.id ?? edge.to;
  guardInside(from, act);
  if (edge.type === "" || edge.type.length > 50)
    throw new StoreError("invalid", `invalid dependency type ${JSON.stringify(edge.type)}: 1 to 50 characters`);
  const result: EdgeResult = { from, to: target, toId, type: edge.type };
  if (from.id === toId) checkEdge(snapshot, from, toId, edge.type);
  const existing = (from.dependencies ?? []).find((known) => known.depends_on_id === toId);
  if (existing?.type === edge.type) return none(result);
  checkEdge(snapshot, from, toId, edge.type);
  if (existing !== undefined) {
    throw new StoreError(
      "invalid",
      `dependency ${from.id} -> ${toId} already exists with type "${existing.type}" (requested "${edge.type}"); remove it first with 'bd dep remove' then re-add`,
      {
        mend: `bd dep remove ${from.id} ${toId}`,
      },
    );
  }
  const added = {
    issue_id: from.id,
    depends_on_id: toId,
    type: edge.type,
    created_at: stamp(act.now),
    created_by: act.actor,
    metadata: edge.metadata ?? "{}",
  };
  const next = touched(from, act, { dependencies: [...(from.dependencies ?? []), added] });
  return {
    kind: "commit",
    event: "dep",
    task: from.id,
    subject: `depends on ${toId} (${edge.type})`,
    issues: [next],
    result,
  };
}

export function removeEdge(snapshot: Snapshot, act: Act, edge: Omit<Edge, "type" | "metadata">): Decision<EdgeResult> {
  const from = located(snapshot, edge.from, "issue");
  const target = isExternal(edge.to) ? undefined : located(snapshot, edge.to, "dependency");
  const toId = target?.id ?? edge.to;
  guardInside(from, act);
  const existing = (from.dependencies ?? []).find((known) => known.depends_on_id === toId);
  const result: EdgeResult = { from, to: target, toId, type: existing?.type ?? "blocks" };
  if (existing === undefined) return none(result);
  const next = touched(from, act, {
    dependencies: (from.dependencies ?? []).filter((known) => known.depends_on_id !== toId),
  });
  return {
    kind: "commit",
    event: "undep",
    task: from.id,
    subject: `no longer depends on ${toId}`,
    issues: [next],
    result,
  };
}
