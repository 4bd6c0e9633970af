/** dep add and dep remove, with the rules of beads 1.0.5 in their order (as beads 1.0.5). */
import { nearest } from "@fleet/kit/nearest";
import { isBlank } from "@fleet/kit/text";

import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { parentOf } from "../graph.ts";
import { storedHolds, withHolds } from "../hold.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import {
  EDGE_TYPES,
  type EdgeType,
  edgeTypeMeant,
  isKnownEdgeType,
  type IssueType,
  isExternal,
  isHolding,
  PARENT,
} from "../status.ts";
import { stamp } from "../time.ts";
import { loopMadeBy } from "../loop-made.ts";
import { loopText, weakest } from "../waits.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { touched } from "./touched.ts";

export interface Edge {
  /** The issue that depends. */
  readonly from: string;
  readonly to: string;
  readonly type: EdgeType;
  /** A JSON text; "{}" unless something is given. */
  readonly metadata?: string;
}

export interface EdgeResult {
  readonly from: Issue;
  /** Undefined for a target outside this home (external:…). */
  readonly to: Issue | undefined;
  readonly toId: string;
  readonly type: EdgeType;
}

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

/** Why there can't be an edge of this type between issues of these types; undefined where there can. */
export function epicClash(type: EdgeType, fromType: IssueType, toType: IssueType | undefined): string | undefined {
  if (type !== "blocks" || toType === undefined) return undefined;
  const [fromEpic, toEpic] = [fromType === "epic", toType === "epic"];
  if (fromEpic && !toEpic) return "epics can only block other epics, not tasks";
  return !fromEpic && toEpic ? "tasks can only block other tasks, not epics" : undefined;
}

/** Throws where the edge `issue → to` must not be. */
export function checkEdge(snapshot: Snapshot, issue: Issue, to: string, type: EdgeType): void {
  if (issue.id === to) throw new StoreError("invalid", "cannot add self-dependency: an issue can't depend on itself");
  const target = snapshot.issue(to);
  if (parentOf(issue) === to && type !== PARENT) {
    throw new StoreError(
      "invalid",
      `cannot add dependency: ${issue.id} is already a child of ${to}. Children inherit dependency on parent completion via hierarchy. Adding an explicit dependency would create a deadlock`,
    );
  }
  const clash = epicClash(type, issue.issue_type, target?.issue_type);
  if (clash !== undefined) throw new StoreError("invalid", clash);
}

/** Throws where these issues, as they are to stand, would wait for themselves, over whatever edges. */
export function checkLoops(snapshot: Snapshot, changed: readonly Issue[]): void {
  const waits = ({ dependencies = [] }: Issue): boolean => dependencies.some(({ type }) => isHolding(type));
  // An epic waits for its children, whose edges it is at the other end of.
  if (!changed.some((issue) => issue.issue_type === "epic" || waits(issue))) return;
  const loop = loopMadeBy(snapshot, changed);
  if (loop === undefined) return;
  // Name an edge of the loop that exists already: the others were never made.
  const isThere = ({ from, to, type }: (typeof loop.edges)[number]): boolean =>
    snapshot.issue(from)?.dependencies?.some((edge) => edge.depends_on_id === to && edge.type === type) === true;
  const there = loop.edges.filter(isThere);
  const open = weakest({ ids: loop.ids, edges: there }, () => undefined);
  // Over one kind of edge bd knows it too, in these words.
  const isPlain = new Set(loop.edges.map(({ type }) => type)).size === 1;
  throw new StoreError("cycle", `adding dependency would create a cycle${isPlain ? "" : `: ${loopText(loop)}`}`, {
    where: loopText(loop),
    ...(open === undefined ? {} : { mend: `fleet bd dep remove ${open.from} ${open.to}` }),
  });
}

/** A word of one's own is a type that holds nothing back; a slip in one that does would let the task start too early. */
function checkType(from: string, to: string, type: EdgeType): void {
  if (isBlank(type) || type.length > 50)
    throw new StoreError("invalid", `invalid dependency type ${JSON.stringify(type)}: 1 to 50 characters`);
  if (isKnownEdgeType(type)) return;
  const meant = edgeTypeMeant(type) ?? nearest(type, EDGE_TYPES);
  if (meant !== undefined)
    throw new StoreError("invalid", `dependency type ${JSON.stringify(type)} is not known; did you mean "${meant}"?`, {
      mend: `fleet bd dep add ${from} ${to} --type ${meant}`,
    });
}

export function addEdge(snapshot: Snapshot, act: Act, edge: Edge): Decision<EdgeResult> {
  const from = located(snapshot, edge.from, "issue");
  const target = isExternal(edge.to) ? undefined : located(snapshot, edge.to, "dependency");
  const toId = target?.id ?? edge.to;
  guardInside(from, act);
  checkType(from.id, toId, edge.type);
  const result: EdgeResult = { from, to: target, toId, type: edge.type };
  if (from.id === toId) checkEdge(snapshot, from, toId, edge.type);
  const existing = (from.dependencies ?? []).find((known) => known.depends_on_id === toId);
  if (existing?.type === edge.type) return none(result);
  checkEdge(snapshot, from, toId, edge.type);
  if (existing !== undefined) {
    throw new StoreError(
      "invalid",
      `dependency ${from.id} -> ${toId} already exists with type "${existing.type}" (requested "${edge.type}"); remove it first with 'fleet bd dep remove' then re-add`,
      {
        mend: `fleet bd dep remove ${from.id} ${toId}`,
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
  if (isHolding(edge.type)) checkLoops(snapshot, [next]);
  return {
    kind: "commit",
    event: "dep",
    task: from.id,
    subject: `depends on ${toId} (${edge.type})`,
    issues: [next],
    result,
  };
}

/** The edge of the issue that an argument means: by its exact id first, since its target may be nowhere. */
function ownEdge(snapshot: Snapshot, from: Issue, argument: string): string {
  const isOwn = (id: string): boolean => from.dependencies?.some((edge) => edge.depends_on_id === id) === true;
  if (isExternal(argument) || isOwn(argument)) return argument;
  const prefixed = `${snapshot.meta.prefix}-${argument}`;
  if (isOwn(prefixed)) return prefixed;
  return located(snapshot, argument, "dependency").id;
}

/** `isThere`: it was there to be removed. */
export type Removed = EdgeResult & { readonly isThere: boolean };

/** `types`: edges of these alone; what holds an issue back is not removed by the way. */
export function removeEdge(
  snapshot: Snapshot,
  act: Act,
  edge: Omit<Edge, "type" | "metadata"> & { readonly types?: readonly string[] },
): Decision<Removed> {
  const from = located(snapshot, edge.from, "issue");
  const toId = ownEdge(snapshot, from, edge.to);
  guardInside(from, act);
  const isMeant = (type: string): boolean => edge.types?.includes(type) !== false;
  const existing = (from.dependencies ?? []).find((known) => known.depends_on_id === toId && isMeant(known.type));
  const to = isExternal(toId) ? undefined : snapshot.peek(toId);
  const result = { from, to, toId, type: existing?.type ?? "blocks", isThere: existing !== undefined };
  if (existing === undefined) return none(result);
  return {
    kind: "commit",
    event: "undep",
    task: from.id,
    subject: `no longer depends on ${toId}`,
    issues: [withoutEdges(from, act, new Set([toId]))],
    result,
  };
}

/** The issue without its edges to these, and without the holds that are about them. */
function withoutEdges(issue: Issue, act: Act, ids: ReadonlySet<string>): Issue {
  const dependencies = (issue.dependencies ?? []).filter((known) => !ids.has(known.depends_on_id));
  return touched(issue, act, { dependencies, ...holdsWithout(issue, ids) });
}

/** The change of metadata by which holds that are about these ids end. */
export function holdsWithout(issue: Issue, ids: ReadonlySet<string>): Pick<Issue, "metadata"> {
  const stored = storedHolds(issue);
  if (stored === "unknown" || !stored.some((hold) => hold.ids.some((id) => ids.has(id)))) return {};
  const left = stored
    .map((hold) => ({ ...hold, ids: hold.ids.filter((id) => !ids.has(id)) }))
    .filter((hold) => hold.ids.length > 0);
  return { metadata: withHolds(issue, left) };
}
