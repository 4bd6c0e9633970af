import { cutNote, LABEL_FLAGS, METADATA_FLAGS, statusesGiven } from "../filters.ts";
import { DATE_FLAGS, RANGE_FLAGS, TEXT_FLAGS, testOf } from "../list-filters.ts";
import { Refusal } from "../errors.ts";
import { huesOf } from "../hues.ts";
import { countDependents, countedShape } from "../shapes.ts";
import { SORT_FLAGS, sortGiven, sortedBy } from "../sort.ts";
import { flatLine, longLines } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "search [query...]",
  summary: "Search issues by title or ID",
  flags: {
    query: { type: "string", help: "Search query (alternative to positional argument)" },
    status: {
      type: "string",
      home: "status",
      values: ["all"],
      short: "s",
      help: "Filter by status, or 'all'; closed ones are left out by default",
    },
    assignee: { type: "string", short: "a", help: "Filter by assignee" },
    type: { type: "string", home: "type", short: "t", help: "Filter by type" },
    ...LABEL_FLAGS,
    ...RANGE_FLAGS,
    ...TEXT_FLAGS,
    "external-contains": { type: "string", help: "Filter by external ref substring" },
    ...DATE_FLAGS,
    ...METADATA_FLAGS,
    limit: { type: "int", min: 0, short: "n", help: "Limit results (0 for unlimited)", default: "50" },
    ...SORT_FLAGS,
    long: { type: "bool", help: "Several lines per issue" },
  },
  examples: ['search "login"', "search fleet-a3 --status all --json"],
  errors: "stderr",
  run: async (ctx, args) => {
    const query = args.positionals.join(" ") || args.text("query") || "";
    if (query === "") throw new Refusal("search query is required", { hint: "fleet bd search TEXT" });
    const snapshot = ctx.snapshot();
    const status = args.text("status") ?? "";
    const statuses = status === "" || status === "all" ? undefined : statusesGiven(snapshot.meta, status);
    const test = testOf(args, snapshot.meta, ctx.now);
    const part = query.toLowerCase();
    const closed = status === "all" || statuses?.includes("closed") === true;
    const source = closed ? snapshot.all() : [...snapshot.live.values()];
    const all = source.filter(
      (issue) =>
        (statuses === undefined || statuses.includes(issue.status)) &&
        (issue.title.toLowerCase().includes(part) || issue.id.toLowerCase().includes(part)) &&
        test(issue),
    );
    const limit = args.number("limit") ?? 50;
    const sorted = sortedBy(all, sortGiven(args), args.flag("reverse"));
    const found = limit > 0 ? sorted.slice(0, limit) : sorted;
    if (ctx.json) {
      const counts = countDependents(snapshot, closed ? source : undefined);
      ctx.print(found.map((issue) => countedShape(issue, counts)));
    } else if (found.length === 0) ctx.say(`No issues found matching '${query}'`);
    else {
      ctx.say(`Found ${all.length} issues matching '${query}':`);
      const c = await huesOf(ctx.io);
      for (const issue of found)
        ctx.say(args.flag("long") ? `${longLines(issue, c).join("\n")}\n` : flatLine(issue, c));
    }
    if (found.length < all.length) ctx.warn(cutNote(found.length, all.length, "issues that match"));
  },
};
