/** `import plan.md`: a plan's tasks as rows, with the same ids each time, dated when the file was saved. */
import type { EdgeType } from "@fleet/store/status";
import type { Dependency, Issue } from "@fleet/store/issue";
import { mergeRecord } from "@fleet/store/merge/record";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis } from "@fleet/store/time";

import { ImportIds } from "./import-ids.ts";
import { type BadLine, type Candidate, decodeRow, type Incoming } from "./import-rows.ts";
import { planned } from "./plan-file.ts";
import type { Planned } from "./plan.ts";

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly type: EdgeType;
}

function edgesOf(plan: readonly Planned[], ids: readonly string[]): Edge[] {
  return plan.flatMap(({ links }, at) =>
    links.map(({ to, type, reversed }) => {
      const [own, other] = [ids[at] ?? "", to.kind === "issue" ? to.id : (ids[to.at] ?? "")];
      return reversed ? { from: other, to: own, type } : { from: own, to: other, type };
    }),
  );
}

const edgesFrom = (edges: readonly Edge[], id: string): Dependency[] =>
  edges
    .filter(({ from }) => from === id)
    .map(({ to, type }) => ({ issue_id: id, depends_on_id: to, type, metadata: "{}" }));

/**
 * An issue of the home that has to wait for a task of the plan. The edge is added even if the issue was edited later, unless somebody
 * removed it after the plan was saved.
 */
function waiting(issue: Issue, edges: readonly Edge[], where: string, saved: string): Candidate {
  const known = mergeRecord(issue).at;
  const added = edgesFrom(edges, issue.id).filter(
    (edge) => !(issue.dependencies ?? []).some((one) => one.depends_on_id === edge.depends_on_id),
  );
  const isSettled = added.some((edge) => known[`dependencies.${edge.depends_on_id}`] !== undefined);
  const updated_at = isSettled || millis(saved) > millis(issue.updated_at) ? saved : issue.updated_at;
  const dependencies = [...(issue.dependencies ?? []), ...added];
  return { issue: { ...issue, dependencies, updated_at }, where, kind: "partial" };
}

function rowOf(task: Planned, id: string, edges: readonly Edge[], saved: string): Candidate | BadLine {
  const { title, line, links: _links, priority, type, ...fields } = task;
  const row = { ...fields, title, id, priority: priority ?? 2, issue_type: type ?? "task" };
  const decoded = decodeRow({ ...row, dependencies: edgesFrom(edges, id) }, `line ${line}`, saved);
  if ("why" in decoded) return decoded;
  const unsaid = [...(priority === undefined ? ["priority"] : []), ...(type === undefined ? ["issue_type"] : [])];
  return { ...decoded, filled: new Set([...(decoded.filled ?? []), ...unsaid]) };
}

export function planRows(text: string, name: string, saved: string, snapshot: Snapshot | undefined): Incoming {
  const plan = planned(text, name, snapshot);
  const used = new Set<string>();
  const giver = snapshot === undefined ? undefined : new ImportIds(snapshot);
  const ids = plan.map(({ title }) => {
    const id = giver?.next(title, used) ?? "";
    used.add(id.toLowerCase());
    return id;
  });
  const edges = edgesOf(plan, ids);
  const rows = plan.map((task, at) => rowOf(task, ids[at] ?? "", edges, saved));
  const others = [...new Set(edges.map(({ from }) => from))].flatMap((id) => {
    const issue = ids.includes(id) ? undefined : snapshot?.line(id);
    return issue === undefined ? [] : [waiting(issue, edges, name, saved)];
  });
  return {
    candidates: [...rows.flatMap((row) => ("why" in row ? [] : [row])), ...others],
    memories: new Map(),
    bad: rows.flatMap((row) => ("why" in row ? [row] : [])),
    passedOver: [],
  };
}
