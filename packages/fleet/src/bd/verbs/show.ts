import { type Dependent, dependents as dependentsOf } from "@fleet/store/dependents";
import { parentOf } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { PARENT } from "@fleet/store/status";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal, report } from "../errors.ts";
import { Failures } from "../failures.ts";
import { huesOf } from "../hues.ts";
import { lastTouched } from "../last-touched.ts";
import {
  commentShape,
  countDependents,
  countedShape,
  issueShape,
  linkedShape,
  type Shape,
  skeletonShape,
} from "../shapes.ts";
import { treeLine } from "../text.ts";
import type { Verb } from "../verb.ts";

/** An epic's progress, if it has children. */
function epicShape(issue: Issue, dependents: readonly Dependent[]): Shape {
  const children = dependents.filter(({ type }) => type === PARENT);
  if (issue.issue_type !== "epic" || children.length === 0) return {};
  const closed = children.filter((child) => child.closed).length;
  return {
    epic_total_children: children.length,
    epic_closed_children: closed,
    epic_closeable: closed === children.length,
  };
}

export function detailShape(snapshot: Snapshot, issue: Issue, withDependents: boolean): Shape {
  const edges = issue.dependencies ?? [];
  const targets = edges.flatMap(({ depends_on_id, type }) => {
    const target = snapshot.issue(depends_on_id);
    return target === undefined ? [] : [linkedShape(target, type)];
  });
  const dependents = dependentsOf(snapshot, issue.id);
  const parent = parentOf(issue);
  const comments = issue.comments ?? [];
  const named = withDependents
    ? dependents.flatMap(({ id, type }) => {
        const dependent = snapshot.issue(id);
        return dependent === undefined ? [] : [skeletonShape(dependent, type)];
      })
    : [];
  return {
    ...issueShape(issue),
    ...(targets.length === 0 ? {} : { dependencies: targets }),
    ...(named.length === 0 ? {} : { dependents: named }),
    ...(comments.length === 0 ? {} : { comments: comments.map((comment) => commentShape(issue.id, comment)) }),
    ...(parent === undefined ? {} : { parent }),
    dependent_count: dependents.length,
    dependency_count: edges.length,
    comment_count: comments.length,
    ...epicShape(issue, dependents),
  };
}

function idsGiven(ctx: Ctx, args: Args, snapshot: Snapshot): readonly string[] {
  const ids = [...args.positionals, ...args.texts("id")];
  if (args.flag("current")) {
    if (ids.length > 0) throw new Refusal("--current cannot be combined with explicit issue IDs");
    const inside = ctx.io.env["FLEET_TASK_ID"] || undefined;
    const active = [...snapshot.live.values()].find(({ status }) => status === "in_progress" || status === "hooked");
    const current = inside ?? active?.id ?? lastTouched(ctx);
    if (current === undefined)
      throw new Refusal("no current issue found (no in-progress, hooked, or recently touched issues)");
    return [current];
  }
  if (ids.length === 0)
    throw new Refusal("at least one issue ID is required (use positional args, --id flag, or --current)");
  return ids;
}

async function showChildren(ctx: Ctx, snapshot: Snapshot, found: readonly Issue[]): Promise<void> {
  const all = snapshot.all();
  const counts = countDependents(snapshot, all);
  const under = (id: string): Issue[] => all.filter((issue) => parentOf(issue) === id);
  if (ctx.json) {
    ctx.print(Object.fromEntries(found.map(({ id }) => [id, under(id).map((child) => countedShape(child, counts))])));
    return;
  }
  const c = await huesOf(ctx.io);
  for (const { id } of found) {
    const children = under(id);
    if (children.length === 0) ctx.say(`Issue '${id}' has no children`);
    for (const child of children) ctx.say(treeLine(child, c));
  }
}

export const verb: Verb = {
  usage: "show [id...]",
  summary: "Show issue details",
  flags: {
    id: { type: "array", help: "Issue ID (for IDs that look like flags)" },
    current: {
      type: "bool",
      help: "Show the active issue (inside an attempt its task; else in progress, hooked, or last touched)",
    },
    short: { type: "bool", help: "One line per issue" },
    long: { type: "bool", help: "Show every field" },
    children: { type: "bool", help: "Show only the children of this issue" },
    refs: { type: "bool", help: "Show the issues that point at this one" },
    "include-dependents": { type: "bool", help: "With --json: the issues that depend on this one" },
    "include-comments": { type: "bool", help: "With --json: the comments (they are always shown here)" },
    "local-time": { type: "bool", help: "Show times in local time instead of UTC" },
    thread: { type: "bool", hidden: true, help: "Ignored" },
    watch: { type: "bool", short: "w", hidden: true, help: "Ignored: shows once" },
    "as-of": { type: "string", hidden: true, help: "Not supported" },
  },
  examples: ["show fleet-a3f", "show fleet-a3f fleet-b2c --json", "show --current"],
  run: async (ctx, args) => {
    if (args.has("as-of"))
      throw new Refusal("'bd show --as-of' is not supported by this store", { hint: "fleet bd history ID" });
    const snapshot = ctx.snapshot();
    const ids = idsGiven(ctx, args, snapshot);
    const failures = new Failures(ctx);
    const found = ids.flatMap((id) => failures.find(snapshot, id, "fetching") ?? []);
    const [first] = found;
    if (first === undefined) {
      if (ctx.json) report(ctx, "stdout", "no issues found matching the provided IDs");
      return failures.exit();
    }
    if (args.flag("children")) await showChildren(ctx, snapshot, found);
    else if (ctx.json) {
      ctx.print(
        found.map((issue) => detailShape(snapshot, issue, args.flag("include-dependents") || args.flag("refs"))),
      );
    } else if (args.flag("short")) {
      const c = await huesOf(ctx.io);
      for (const issue of found) ctx.say(treeLine(issue, c));
    } else {
      const [{ detailLines }, { fleetFacts }, c] = await Promise.all([
        import("../details.ts"),
        import("../fleet-facts.ts"),
        huesOf(ctx.io),
      ]);
      const options = { long: args.flag("long"), local: args.flag("local-time"), c };
      const told = found.map((issue) =>
        detailLines(snapshot, issue, { ...options, facts: fleetFacts(ctx, snapshot, issue) }).join("\n"),
      );
      ctx.say(told.join(`\n\n${"─".repeat(60)}\n\n`));
    }
    ctx.touch(first.id);
    return failures.exit();
  },
};
