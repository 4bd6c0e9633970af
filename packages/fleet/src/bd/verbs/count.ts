import type { Issue } from "@fleet/store/issue";
import { byCodeUnit } from "@fleet/store/shard";

import { DATE_FLAGS, LABEL_FLAGS, priorityGiven, RANGE_FLAGS, TEXT_FLAGS, testOf } from "../filters.ts";
import { Refusal } from "../errors.ts";
import type { Verb } from "../verb.ts";

const labels = (issue: Issue): string[] => issue.labels ?? [];

/** Into which groups an issue falls; an issue of several labels falls into several. */
const GROUPINGS = {
  "by-status": (issue: Issue) => [issue.status],
  "by-priority": (issue: Issue) => [`P${issue.priority}`],
  "by-type": (issue: Issue) => [issue.issue_type],
  "by-assignee": (issue: Issue) => [issue.assignee ?? "(unassigned)"],
  "by-label": (issue: Issue) => (labels(issue).length === 0 ? ["(no labels)"] : labels(issue)),
} as const;

export const verb: Verb = {
  usage: "count",
  summary: "Count issues matching filters, closed ones too",
  flags: {
    status: { type: "string", short: "s", help: "Filter by status" },
    priority: { type: "string", short: "p", help: "Filter by priority" },
    assignee: { type: "string", short: "a", help: "Filter by assignee" },
    type: { type: "string", short: "t", help: "Filter by type" },
    ...LABEL_FLAGS,
    title: { type: "string", help: "Filter by title text" },
    "title-contains": { type: "string", help: "Filter by title substring" },
    id: { type: "string", help: "Filter by issue IDs (comma-separated)" },
    ...TEXT_FLAGS,
    ...DATE_FLAGS,
    ...RANGE_FLAGS,
    ...Object.fromEntries(
      Object.keys(GROUPINGS).map((name) => [
        name,
        { type: "bool" as const, help: `Group count ${name.replace("-", " ")}` },
      ]),
    ),
  },
  examples: ["count", "count --status open", "count --by-status --json"],
  errors: "stderr",
  run: (ctx, args) => {
    const chosen = Object.entries(GROUPINGS).filter(([name]) => args.flag(name));
    if (chosen.length > 1) throw new Refusal("only one --by-* flag can be specified");
    const snapshot = ctx.snapshot();
    const status = args.text("status") ?? "";
    const priority = args.text("priority");
    const wanted = priority === undefined ? undefined : priorityGiven(priority);
    const test = testOf(args, snapshot.meta, ctx.now);
    const found = snapshot
      .all()
      .filter(
        (issue) =>
          (status === "" || status === "all" || status.split(",").includes(issue.status)) &&
          (wanted === undefined || issue.priority === wanted) &&
          test(issue),
      );
    const [grouping] = chosen;
    if (grouping === undefined) {
      if (ctx.json) ctx.print({ count: found.length });
      else ctx.say(String(found.length));
      return;
    }
    const counts = new Map<string, number>();
    for (const issue of found) for (const group of grouping[1](issue)) counts.set(group, (counts.get(group) ?? 0) + 1);
    const groups = [...counts].sort(([a], [b]) => byCodeUnit(a, b)).map(([group, count]) => ({ group, count }));
    if (ctx.json) ctx.print({ total: found.length, groups });
    else {
      ctx.say(`Total: ${found.length}\n`);
      for (const { group, count } of groups) ctx.say(`${group}: ${count}`);
    }
  },
};
