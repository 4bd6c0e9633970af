/** `ready --explain`: why each issue is ready, or what blocks it. */
import { byPriority, Graph, parentOf } from "@fleet/store/graph";
import { type HeldHere, heldHere } from "@fleet/store/held-here";
import { holdText } from "@fleet/store/hold";
import type { Issue } from "@fleet/store/issue";
import { loopsIn } from "@fleet/store/loops";

import type { Ctx } from "./context.ts";
import { untrustedIssues } from "./held.ts";
import { countDependents, issueShape, type Shape } from "./shapes.ts";

function readyShape(issue: Issue, live: ReadonlyMap<string, Issue>, dependents: number): Shape {
  const blocking = (issue.dependencies ?? []).filter(({ type }) => type === "blocks");
  const resolved = blocking.map((edge) => edge.depends_on_id).filter((id) => !live.has(id));
  const parent = parentOf(issue);
  return {
    ...issueShape(issue),
    reason: resolved.length === 0 ? "no blocking dependencies" : `${resolved.length} blocker(s) resolved`,
    resolved_blockers: resolved.length === 0 ? null : resolved,
    dependency_count: blocking.length,
    dependent_count: dependents,
    ...(parent === undefined ? {} : { parent }),
  };
}

/** What blocks the issue besides open issues, if anything. */
export function holdsShape(graph: Graph, issue: Issue, here: HeldHere): Shape {
  const holds = graph.holds(issue, here);
  return holds.length === 0 ? {} : { holds };
}

export function explain(ctx: Ctx): void {
  const snapshot = ctx.snapshot();
  const graph = new Graph(snapshot);
  const counts = countDependents(snapshot);
  const here = heldHere(ctx.store().gitDir);
  const ready = graph.ready({ now: ctx.now, held: here }).sort(byPriority);
  const blocked = [...graph.blocked(), ...untrustedIssues(ctx, snapshot)];
  const blockersOf = (issue: Issue): Issue[] => graph.blockedBy(issue).flatMap((id) => snapshot.issue(id) ?? []);
  const found = loopsIn(snapshot).map(({ ids }) => ids);
  if (ctx.json) {
    ctx.print({
      ready: ready.map((issue) => readyShape(issue, snapshot.live, counts.get(issue.id) ?? 0)),
      blocked: blocked.map((issue) => ({
        ...issueShape(issue),
        blocked_by: blockersOf(issue).map(({ id, title, status, priority }) => ({ id, title, status, priority })),
        blocked_by_count: graph.blockedBy(issue).length,
        ...holdsShape(graph, issue, here),
      })),
      ...(found.length === 0 ? {} : { cycles: found }),
      summary: { total_ready: ready.length, total_blocked: blocked.length, cycle_count: found.length },
    });
    return;
  }
  ctx.say(`Ready (${ready.length} issues):`);
  for (const issue of ready) {
    const { reason } = readyShape(issue, snapshot.live, 0);
    ctx.say(`  ${issue.id} [P${issue.priority}] ${issue.title}\n    Reason: ${String(reason)}`);
  }
  ctx.say(`\nBlocked (${blocked.length} issues):`);
  for (const issue of blocked) {
    ctx.say(`  ${issue.id} [P${issue.priority}] ${issue.title}`);
    for (const hold of graph.holds(issue, here)) ctx.say(`    ← ${holdText(issue.id, hold)}`);
    for (const by of blockersOf(issue)) ctx.say(`    ← blocked by ${by.id}: ${by.title} [${by.status}]`);
  }
  for (const cycle of found) ctx.say(`\n⚠ Cycle: ${[...cycle, cycle[0]].join(" → ")}`);
  ctx.say(`\nSummary: ${ready.length} ready, ${blocked.length} blocked`);
}
