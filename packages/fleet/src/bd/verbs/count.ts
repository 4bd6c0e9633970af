import { type Group, GROUPS, tallyOf } from "@fleet/store/closed-parts";
import type { Issue } from "@fleet/store/issue";
import { byCodeUnit } from "@fleet/store/shard";
import type { Snapshot } from "@fleet/store/snapshot";
import { PRIORITIES, type Status } from "@fleet/store/status";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { LABEL_FLAGS, priorityGiven, statusesGiven, type Test, typeGiven } from "../filters.ts";
import { DATE_FLAGS, RANGE_FLAGS, TEXT_FLAGS, testOf } from "../list-filters.ts";
import { Refusal } from "../errors.ts";
import type { Flags, Verb } from "../verb.ts";

type Counts = ReadonlyMap<string, number>;

/** What a flag groups by, and the group's name; null: no assignee, no label. */
type Grouping = { readonly by: Group; readonly name: (group: string | null) => string } | { readonly by: "status" };

const GROUPINGS: Readonly<Record<`by-${Group | "status"}`, Grouping>> = {
  "by-status": { by: "status" },
  "by-priority": { by: "priority", name: (group) => `P${group}` },
  "by-type": { by: "type", name: String },
  "by-assignee": { by: "assignee", name: (group) => group ?? "(unassigned)" },
  "by-label": { by: "label", name: (group) => group ?? "(no labels)" },
};

const groupsOf = (grouping: Grouping, issue: Issue): readonly string[] =>
  grouping.by === "status" ? [issue.status] : GROUPS[grouping.by](issue).map(grouping.name);

interface Counted {
  readonly total: number;
  readonly counts: Counts;
}

function counted(issues: readonly Issue[], grouping: Grouping | undefined): Counted {
  const counts = new Map<string, number>();
  for (const issue of issues)
    for (const group of grouping === undefined ? [] : groupsOf(grouping, issue))
      counts.set(group, (counts.get(group) ?? 0) + 1);
  return { total: issues.length, counts };
}

/** The group selected by a single filter that closed issues are counted by. */
function groupAsked(args: Args, snapshot: Snapshot): readonly [Group, string] | undefined {
  const given = Object.keys(FILTERS).filter((name) => args.has(name));
  const text = args.text(given[0] ?? "") ?? "";
  if (given.length !== 1 || text === "") return undefined;
  if (given[0] === "priority") return ["priority", String(priorityGiven(text))];
  if (given[0] === "type") return ["type", typeGiven(snapshot.meta, text)];
  if (given[0] === "assignee") return ["assignee", text];
  return undefined;
}

/**
 * Counts closed issues from the stored sums, without reading them. Undefined if the filters need more than those have. `live`: the
 * matching issues that are not closed.
 */
function countedByKept(
  snapshot: Snapshot,
  args: Args,
  live: readonly Issue[],
  withClosed: boolean,
  grouping: Grouping | undefined,
): Counted | undefined {
  const { total, counts: ofLive } = counted(live, grouping);
  if (!withClosed) return { total, counts: ofLive };
  const asked = groupAsked(args, snapshot);
  if (asked === undefined && Object.keys(FILTERS).some((name) => args.has(name))) return undefined;
  const byGroup = grouping === undefined || grouping.by === "status" ? undefined : grouping;
  if (asked !== undefined && byGroup !== undefined) return undefined;
  const closed =
    asked === undefined ? snapshot.closedCount : (tallyOf(snapshot.closedParts(), asked[0]).get(asked[1]) ?? 0);
  const counts = new Map(ofLive);
  const add = (group: string, count: number): void => void counts.set(group, (counts.get(group) ?? 0) + count);
  if (grouping?.by === "status" && closed > 0) add("closed", closed);
  if (byGroup !== undefined)
    for (const [group, count] of tallyOf(snapshot.closedParts(), byGroup.by)) add(byGroup.name(group), count);
  return { total: total + closed, counts };
}

function say(ctx: Ctx, isGrouped: boolean, { total, counts }: Counted): void {
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

/** All filters except status. */
const FILTERS: Flags = {
  priority: { type: "string", values: PRIORITIES, short: "p", help: "Filter by priority" },
  assignee: { type: "string", short: "a", help: "Filter by assignee" },
  type: { type: "string", home: "type", short: "t", help: "Filter by type" },
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
    status: { type: "string", home: "status", values: ["all"], short: "s", help: "Filter by status" },
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
    const statuses = given === "" || given === "all" ? undefined : statusesGiven(snapshot.meta, given);
    const isStatus = (status: Status): boolean => statuses?.includes(status) ?? true;
    const priority = args.text("priority");
    const wanted = priority === undefined ? undefined : priorityGiven(priority);
    const others = testOf(args, snapshot.meta, ctx.now);
    const test: Test = (issue) =>
      isStatus(issue.status) && (wanted === undefined || issue.priority === wanted) && others(issue);
    const grouping = chosen[0]?.[1];
    const live = [...snapshot.live.values()].filter(test);
    const result =
      countedByKept(snapshot, args, live, isStatus("closed"), grouping) ??
      counted(snapshot.all().filter(test), grouping);
    say(ctx, grouping !== undefined, result);
  },
};
