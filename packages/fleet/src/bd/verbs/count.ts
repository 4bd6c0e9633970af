import type { Issue } from "@fleet/store/issue";
import { byCodeUnit } from "@fleet/store/shard";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Ctx } from "../context.ts";
import { DATE_FLAGS, LABEL_FLAGS, priorityGiven, RANGE_FLAGS, TEXT_FLAGS, testOf } from "../filters.ts";
import { Refusal } from "../errors.ts";
import type { Flags, Verb } from "../verb.ts";

const labels = (issue: Issue): string[] => issue.labels ?? [];

/** Into which groups an issue falls; an issue of several labels falls into several. */
const GROUPINGS = {
  "by-status": (issue: Issue) => [issue.status],
  "by-priority": (issue: Issue) => [`P${issue.priority}`],
  "by-type": (issue: Issue) => [issue.issue_type],
  "by-assignee": (issue: Issue) => [issue.assignee ?? "(unassigned)"],
  "by-label": (issue: Issue) => (labels(issue).length === 0 ? ["(no labels)"] : labels(issue)),
} as const;

type Counts = ReadonlyMap<string, number>;

/** Counted without reading what is closed: all of that is of one status. */
function byStatus(snapshot: Snapshot, wanted: (status: string) => boolean): Counts {
  const counts = new Map<string, number>();
  const add = (status: string, count: number): void => {
    if (count > 0 && wanted(status)) counts.set(status, (counts.get(status) ?? 0) + count);
  };
  for (const { status } of snapshot.live.values()) add(status, 1);
  add("closed", snapshot.closedCount);
  return counts;
}

function say(ctx: Ctx, isGrouped: boolean, total: number, counts: Counts): void {
  if (!isGrouped) {
    if (ctx.json) ctx.print({ count: total });
    else ctx.say(String(total));
    return;
  }
  const groups = [...counts].sort(([a], [b]) => byCodeUnit(a, b)).map(([group, count]) => ({ group, count }));
  if (ctx.json) ctx.print({ total, groups });
  else {
    ctx.say(`Total: ${total}\n`);
    for (const { group, count } of groups) ctx.say(`${group}: ${count}`);
  }
}

/** All but the status. */
const FILTERS: Flags = {
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
};

export const verb: Verb = {
  usage: "count",
  summary: "Count issues matching filters, closed ones too",
  flags: {
    status: { type: "string", short: "s", help: "Filter by status" },
    ...FILTERS,
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
    const given = args.text("status") ?? "";
    const isStatus = (status: string): boolean => given === "" || given === "all" || given.split(",").includes(status);
    const priority = args.text("priority");
    const wanted = priority === undefined ? undefined : priorityGiven(priority);
    const test = testOf(args, snapshot.meta, ctx.now);
    const [grouping] = chosen;
    const isFiltered = Object.keys(FILTERS).some((name) => args.has(name));
    if (!isFiltered && (grouping === undefined || grouping[0] === "by-status")) {
      const counts = byStatus(snapshot, isStatus);
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      say(ctx, grouping !== undefined, total, counts);
      return;
    }
    const found = snapshot
      .all()
      .filter((issue) => isStatus(issue.status) && (wanted === undefined || issue.priority === wanted) && test(issue));
    const counts = new Map<string, number>();
    if (grouping !== undefined)
      for (const issue of found)
        for (const group of grouping[1](issue)) counts.set(group, (counts.get(group) ?? 0) + 1);
    say(ctx, grouping !== undefined, found.length, counts);
  },
};
