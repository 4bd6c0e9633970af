/** delete: the line becomes a tombstone, so that its id and its children's numbers are never given again. */
import { heldBy } from "../claims.ts";
import type { Act, Decision } from "../decision.ts";
import { dependents } from "../dependents.ts";
import { StoreError } from "../errors.ts";
import { Graph } from "../graph.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { notBefore, stamp } from "../time.ts";
import { find } from "./find.ts";
import { touched } from "./touched.ts";
import { withWritten } from "./overlay.ts";

export interface Removed {
  readonly id: string;
  readonly edges: number;
  readonly labels: number;
  /** Texts of connected issues in which a mention of the id was rewritten to [deleted:ID]. */
  readonly references: number;
}

const MENTIONED = ["title", "description", "design", "acceptance_criteria", "notes"] as const;

/** The ids of issues that are held up now, and would not be without these: what a delete of them releases. */
export function releasedWithout(snapshot: Snapshot, gone: readonly Issue[]): string[] {
  const deleted = gone.map((issue): Issue => ({ ...issue, status: "tombstone" }));
  const ids = new Set(gone.map(({ id }) => id));
  const before = new Graph(snapshot).blocked().filter(({ id }) => !ids.has(id));
  if (before.length === 0) return [];
  const after = new Graph(withWritten(snapshot, deleted));
  return before.filter((issue) => !after.isBlocked(issue)).map(({ id }) => id);
}

/** Issues that are linked with this one, in either direction. */
function connected(snapshot: Snapshot, issue: Issue): Issue[] {
  const ids = new Set([
    ...(issue.dependencies ?? []).map((edge) => edge.depends_on_id),
    ...dependents(snapshot, issue.id).map((d) => d.id),
  ]);
  return [...ids].flatMap((id) => snapshot.issue(id) ?? []);
}

function mention(id: string): RegExp {
  return new RegExp(
    `(?<![A-Za-z0-9._-])${id.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![A-Za-z0-9_-]|\\.\\d)`,
    "g",
  );
}

function without(
  other: Issue,
  id: string,
  act: Act,
): { readonly issue: Issue; readonly edges: number; readonly references: number } {
  const dependencies = (other.dependencies ?? []).filter((edge) => edge.depends_on_id !== id);
  const edges = (other.dependencies ?? []).length - dependencies.length;
  const fields: { [K in keyof Issue]?: Issue[K] | undefined } = edges > 0 ? { dependencies } : {};
  let references = 0;
  for (const name of MENTIONED) {
    const text = other[name];
    if (text === undefined) continue;
    const rewritten = text.replaceAll(mention(id), `[deleted:${id}]`);
    if (rewritten === text) continue;
    fields[name] = rewritten;
    references = 1;
  }
  return { issue: touched(other, act, fields), edges, references };
}

export function remove(
  snapshot: Snapshot,
  act: Act,
  input: { readonly id: string; readonly reason?: string | undefined },
): Decision<Removed> {
  const issue = find(snapshot, input.id);
  const held = heldBy(issue);
  if (held !== undefined) {
    throw new StoreError("guarded", `cannot delete ${issue.id}: attempt ${held.n} holds it`, {
      mend: `fleet kill ${issue.id}`,
    });
  }
  const changed: Issue[] = [];
  let edges = issue.dependencies?.length ?? 0;
  let references = 0;
  for (const other of connected(snapshot, issue)) {
    const rewritten = without(other, issue.id, act);
    edges += rewritten.edges;
    references += rewritten.references;
    if (rewritten.edges + rewritten.references > 0) changed.push(rewritten.issue);
  }
  const now = notBefore(stamp(act.now), issue.created_at);
  const tombstone: Issue = touched(issue, act, {
    status: "tombstone",
    deleted_at: now,
    deleted_by: act.actor,
    delete_reason: input.reason ?? "delete",
    original_type: issue.issue_type,
    dependencies: undefined,
    labels: undefined,
  });
  const result = { id: issue.id, edges, labels: issue.labels?.length ?? 0, references };
  return {
    kind: "commit",
    event: "delete",
    task: issue.id,
    subject: issue.title,
    issues: [tombstone, ...changed],
    result,
  };
}
