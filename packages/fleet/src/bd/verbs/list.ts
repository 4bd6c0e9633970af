import { own } from "@fleet/kit/own";
import { isListed, PLACES } from "@fleet/store/closed-parts";
import { byPriority, first, Graph, parentOf, type Place } from "@fleet/store/graph";
import { heldHere } from "@fleet/store/held-here";
import { isPinned, type Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import type { Snapshot } from "@fleet/store/snapshot";
import { INFRA, isHiddenStatus, PRIORITIES } from "@fleet/store/status";
import { millis } from "@fleet/store/time";

import type { Args } from "../args.ts";
import type { Colours } from "../../cli/style.ts";
import type { Ctx } from "../context.ts";
import { huesOf } from "../hues.ts";
import { Refusal } from "../errors.ts";
import {
  descendants,
  EXCLUDE_FLAGS,
  parentNamed,
  LABEL_FLAGS,
  METADATA_FLAGS,
  priorityGiven,
  statusesGiven,
  type Test,
  typeGiven,
} from "../filters.ts";
import { DATE_FLAGS, patternTest, RANGE_FLAGS, testOf, TEXT_FLAGS } from "../list-filters.ts";
import { countDependents, countDependentsOf, countedShape } from "../shapes.ts";
import { SORT_FLAGS, sortGiven, sortedBy } from "../sort.ts";
import { flatLine, longLines } from "../text.ts";
import { footer, treeLines } from "../tree.ts";
import type { Flags, Verb } from "../verb.ts";

export const LIST_FLAGS: Flags = {
  status: {
    type: "string",
    home: "status",
    values: ["all"],
    short: "s",
    help: "Filter by status; several with commas, or 'all'",
  },
  state: { type: "string", hidden: true, help: "Alias for --status" },
  all: { type: "bool", help: "Show all issues including closed" },
  priority: { type: "string", values: PRIORITIES, short: "p", help: "Filter by priority (0-4 or P0-P4)" },
  ...RANGE_FLAGS,
  assignee: { type: "string", short: "a", help: "Filter by assignee" },
  type: { type: "string", home: "type", short: "t", help: "Filter by type" },
  ...LABEL_FLAGS,
  ...EXCLUDE_FLAGS,
  "label-pattern": { type: "string", help: "Filter by label glob pattern (e.g. 'tech-*')" },
  "label-regex": { type: "string", help: "Filter by label regex pattern" },
  title: { type: "string", help: "Filter by title text (case-insensitive substring)" },
  "title-contains": { type: "string", help: "Filter by title substring" },
  ...TEXT_FLAGS,
  ...DATE_FLAGS,
  id: { type: "string", help: "Filter by issue IDs (comma-separated)" },
  spec: { type: "string", help: "Filter by spec_id prefix" },
  limit: { type: "int", min: 0, short: "n", help: "Limit results (0 for unlimited)", default: "50" },
  ...SORT_FLAGS,
  parent: { type: "string", help: "Show the children of this issue" },
  "filter-parent": { type: "string", hidden: true, help: "Alias for --parent" },
  "no-parent": { type: "bool", help: "Show only top-level issues" },
  ready: { type: "bool", help: "Show only ready issues, as bd ready does" },
  pinned: { type: "bool", help: "Show only pinned issues" },
  "no-pinned": { type: "bool", help: "Exclude pinned issues" },
  deferred: { type: "bool", help: "Show only issues that are deferred to a date" },
  overdue: { type: "bool", help: "Show only open issues whose due date is past" },
  "defer-after": { type: "string", help: "Filter issues deferred after a date" },
  "defer-before": { type: "string", help: "Filter issues deferred before a date" },
  "due-after": { type: "string", help: "Filter issues due after a date" },
  "due-before": { type: "string", help: "Filter issues due before a date" },
  ...METADATA_FLAGS,
  "include-templates": { type: "bool", help: "Include templates" },
  "include-gates": { type: "bool", help: "Include gates" },
  "include-infra": { type: "bool", help: "Include messages, agents, rigs and roles" },
  flat: { type: "bool", help: "One line per issue, no tree" },
  long: { type: "bool", help: "Several lines per issue" },
  tree: { type: "bool", help: "Children under their parents", default: "true" },
  pretty: { type: "bool", hidden: true, help: "The tree" },
  watch: { type: "bool", short: "w", hidden: true, help: "Ignored: lists once" },
  "no-pager": { type: "bool", hidden: true, help: "Ignored: there is no pager" },
  "skip-labels": { type: "bool", hidden: true, help: "Ignored" },
  format: { type: "string", hidden: true, help: "Not supported" },
  "mol-type": { type: "string", hidden: true, help: "Ignored" },
  "wisp-type": { type: "string", hidden: true, help: "Ignored" },
};

function statusTest(args: Args, snapshot: Snapshot): Test {
  const { meta } = snapshot;
  const status = args.text("status") || args.text("state") || "";
  if (status !== "" && status !== "all") {
    const wanted = statusesGiven(meta, status);
    return (issue) => wanted.includes(issue.status);
  }
  if (status === "all" || args.flag("all")) return () => true;
  if (args.flag("pinned")) return () => true;
  return (issue) => !isHiddenStatus(meta, issue.status);
}

function kindTest(args: Args, snapshot: Snapshot, now: number): Test {
  if (args.flag("pinned") && args.flag("no-pinned"))
    throw new Refusal("--pinned and --no-pinned are mutually exclusive");
  const given = args.text("type") ?? "";
  const type = given === "" ? undefined : typeGiven(snapshot.meta, given);
  return (issue) =>
    (issue.issue_type === type ||
      !INFRA.has(issue.issue_type) ||
      args.flag(issue.issue_type === "gate" ? "include-gates" : "include-infra")) &&
    (issue.is_template !== true || args.flag("include-templates")) &&
    (!args.flag("pinned") || isPinned(issue)) &&
    (!args.flag("no-pinned") || !isPinned(issue)) &&
    (!args.flag("deferred") || issue.defer_until !== undefined) &&
    (!args.flag("overdue") || (issue.due_at !== undefined && millis(issue.due_at) < now && issue.status !== "closed"));
}

/** The children to list: with `deep` all descendants. */
function parentTest(args: Args, snapshot: Snapshot, deep: boolean): Test {
  const given = args.text("parent") || args.text("filter-parent") || "";
  const none = args.flag("no-parent");
  if (given !== "" && none) throw new Refusal("--parent and --no-parent are mutually exclusive");
  if (none) return (issue) => parentOf(issue) === undefined;
  if (given === "") return () => true;
  const parent = parentNamed(snapshot, given);
  if (!deep) return (issue) => parentOf(issue) === parent;
  const below = descendants(snapshot.all(), parent);
  return (issue) => below.has(issue.id);
}

/** True if no closed issue can match, so that reading the live ones is enough. */
function onlyLive(args: Args): boolean {
  const status = args.text("status") || args.text("state") || "";
  if (args.flag("all") || args.flag("pinned") || args.has("closed-after") || args.has("closed-before")) return false;
  return status === "" || !status.split(",").some((part) => part.trim() === "closed" || part.trim() === "all");
}

/** Only flags that closed issues are indexed by: status, and the default order. */
const UNFILTERED: ReadonlySet<string> = new Set(
  "status state all limit flat long tree pretty watch no-pager skip-labels mol-type wisp-type".split(" "),
);

interface Listed {
  readonly shown: readonly Issue[];
  /** More match than are shown. */
  readonly isCut: boolean;
}

/**
 * The first page with closed issues, without reading all: the first ones of each shard are stored. Undefined where the request needs
 * more.
 */
function firstListed(ctx: Ctx, args: Args, limit: number): Listed | undefined {
  const isPlain = Object.keys(LIST_FLAGS).every((name) => UNFILTERED.has(name) || !args.has(name));
  if (!isPlain || onlyLive(args) || limit <= 0 || limit >= PLACES) return undefined;
  const snapshot = ctx.snapshot();
  const isWanted = statusTest(args, snapshot);
  const live = [...snapshot.live.values()].filter((issue) => isWanted(issue) && isListed(issue));
  const closed = snapshot.closedParts().flatMap((part) => part.first.slice(0, limit + 1));
  const places: readonly Place[] = [...live, ...closed];
  const shown = snapshot.peekAll(first(places, byPriority, limit).map(({ id }) => id));
  return { shown, isCut: places.length > limit };
}

const cut = (issues: readonly Issue[], limit: number): Listed =>
  limit > 0 ? { shown: issues.slice(0, limit), isCut: issues.length > limit } : { shown: issues, isCut: false };

async function selectListed(ctx: Ctx, args: Args, deep: boolean): Promise<Issue[]> {
  const snapshot = ctx.snapshot();
  const priority = args.text("priority");
  const wanted = priority === undefined || priority === "" ? undefined : priorityGiven(priority);
  const tests = [
    statusTest(args, snapshot),
    kindTest(args, snapshot, ctx.now),
    parentTest(args, snapshot, deep),
    testOf(args, snapshot.meta, ctx.now),
    (await patternTest(args)) ?? (() => true),
    (issue: Issue) => wanted === undefined || issue.priority === wanted,
  ];
  const given = args.text("type") ?? "";
  const source = args.flag("ready")
    ? new Graph(snapshot).ready({
        now: ctx.now,
        held: heldHere(ctx.store().gitDir),
        types: given === "" ? [] : [typeGiven(snapshot.meta, given)],
      })
    : onlyLive(args)
      ? [...snapshot.live.values()]
      : snapshot.all();
  const found = source.filter((issue) => tests.every((test) => test(issue)));
  return sortedBy(found, sortGiven(args), args.flag("reverse"));
}

/** Words that people type after `list` instead of a flag. */
const MEANT: Readonly<Record<string, string>> = {
  open: "--status open",
  closed: "--status closed",
  in_progress: "--status in_progress",
  blocked: "fleet bd blocked",
  ready: "--ready",
  all: "--all",
};

function sayListed(ctx: Ctx, args: Args, { shown: issues, isCut }: Listed, c: Colours): void {
  const parent = args.text("parent") || args.text("filter-parent") || "";
  if (issues.length === 0) ctx.say(parent === "" ? "No issues found." : `Issue '${parent}' has no children`);
  else if (args.flag("long")) for (const issue of issues) ctx.say(longLines(issue, c).join("\n"));
  else if (args.flag("flat") || (args.has("tree") && !args.flag("tree")))
    for (const issue of issues) ctx.say(flatLine(issue, c));
  else for (const line of [...treeLines(issues, c), ...footer(issues, isCut)]) ctx.say(line);
}

export const verb: Verb = {
  usage: "list",
  summary: "List issues",
  flags: LIST_FLAGS,
  examples: [
    "list --json",
    "list --status open,in_progress -p 1",
    "list --label ui --sort updated",
    "list --all --limit 0",
  ],
  // The error names the flag that was meant.
  args: { max: Number.POSITIVE_INFINITY },
  errors: "stderr",
  run: async (ctx, args) => {
    const [word] = args.positionals;
    if (word !== undefined) {
      const meant = own(MEANT, word);
      throw new Refusal(
        meant === undefined
          ? "bd list does not accept positional arguments; use flags instead (see fleet bd list --help)"
          : `unknown argument ${JSON.stringify(word)}; did you mean ${JSON.stringify(meant)}?`,
        { family: "plain" },
      );
    }
    if (args.has("format"))
      throw new Refusal("'bd list --format' is not supported by this store", { hint: "fleet bd list --json" });
    for (const id of (args.text("id") ?? "").split(",")) if (id.trim() !== "") find(ctx.snapshot(), id.trim());
    const limit = args.number("limit") ?? (args.flag("all") ? 0 : 50);
    const listed = firstListed(ctx, args, limit) ?? cut(await selectListed(ctx, args, !ctx.json), limit);
    const { shown, isCut } = listed;
    if (ctx.json) {
      const snapshot = ctx.snapshot();
      const counts = onlyLive(args) ? countDependents(snapshot) : countDependentsOf(snapshot, shown);
      ctx.print(shown.map((issue) => countedShape(issue, counts)));
    } else sayListed(ctx, args, listed, await huesOf(ctx.io));
    if (isCut)
      ctx.warn(
        `Showing ${shown.length} issues; more results matched but were hidden by --limit. Use --limit 0 for all, or --limit N to raise the cap.`,
      );
    return 0;
  },
};
