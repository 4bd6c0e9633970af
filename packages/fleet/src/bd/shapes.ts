/** The JSON shapes of BEADS section 2: an issue as bd prints it, alone and with counts. */
import { parentOf } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import { type Dependents, edgeShape, fieldsShape, isCounted, type Shape } from "@fleet/store/shapes";

export { commentShape, countDependents, countDependentsOf, edgeShape } from "@fleet/store/shapes";
export type { Shape } from "@fleet/store/shapes";

/** `path` is only for the supervisor, and long. */
const PATH: ReadonlySet<string> = new Set(["path"]);

export interface ShapeOptions {
  /** Times with fractions of a second, for create's answer; else whole seconds. */
  readonly exact?: boolean;
  /** Keys of `metadata` to omit. */
  readonly hidden?: ReadonlySet<string>;
}

/** The issue's fields in bd's order, without edges and comments. */
export const issueShape = (issue: Issue, options: ShapeOptions = {}): Shape =>
  fieldsShape(issue, { exact: options.exact === true, hidden: options.hidden ?? PATH });

/** As in list, ready, search, children. */
export function countedShape(issue: Issue, dependents: Dependents): Shape {
  const edges = issue.dependencies ?? [];
  const parent = parentOf(issue);
  const shape = issueShape(issue);
  if (edges.length > 0) shape["dependencies"] = edges.map(edgeShape);
  shape["dependency_count"] = edges.filter((edge) => isCounted(edge.type)).length;
  shape["dependent_count"] = dependents.get(issue.id) ?? 0;
  shape["comment_count"] = issue.comments?.length ?? 0;
  if (parent !== undefined) shape["parent"] = parent;
  return shape;
}

/** A linked issue with all fields, and the link's type. */
export const linkedShape = (issue: Issue, type: string): Shape => ({ ...issueShape(issue), dependency_type: type });

/** Like `linkedShape`, with only the fields in bd's list of dependents: no times. */
export function skeletonShape(issue: Issue, type: string): Shape {
  const { id, title, status, priority, issue_type } = issue;
  const never = "0001-01-01T00:00:00Z";
  return { id, title, status, priority, issue_type, created_at: never, updated_at: never, dependency_type: type };
}
