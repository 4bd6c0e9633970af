import { Refusal } from "../errors.ts";
import { cutNote } from "../filters.ts";
import { namesStatus, parseQuery, testOfQuery } from "../query.ts";
import { countDependents, countedShape } from "../shapes.ts";
import { SORT_FLAGS, sortGiven, sortedBy } from "../sort.ts";
import { huesOf } from "../hues.ts";
import { flatLine, longLines } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "query [expression...]",
  summary: "Query issues with a small language",
  about:
    "field=value, !=, >, >=, <, <=, with AND, OR, NOT and parentheses. Fields: status, priority, type, assignee, owner,\n" +
    "label, title, description, notes, created, updated, started, closed, id, spec, pinned, ephemeral, template, parent.\n" +
    'Dates: 7d (seven days ago), 2025-01-15 (UTC), yesterday. "none" means empty; an id may hold *.',
  flags: {
    limit: { type: "int", min: 0, short: "n", help: "Limit results (0 = unlimited)", default: "50" },
    all: { type: "bool", short: "a", help: "Include closed issues" },
    long: { type: "bool", help: "Several lines per issue" },
    ...SORT_FLAGS,
    "parse-only": { type: "bool", hidden: true, help: "Only parse the query" },
  },
  examples: ['query "status=open AND priority<=1"', 'query "(type=bug OR label=urgent) AND updated>7d" --json'],
  errors: "stderr",
  run: async (ctx, args) => {
    if (args.positionals.length === 0) throw new Refusal("query expression is required");
    const node = parseQuery(args.positionals.join(" "));
    if (args.flag("parse-only")) {
      ctx.say(JSON.stringify(node));
      return;
    }
    const snapshot = ctx.snapshot();
    const test = testOfQuery(node, snapshot.meta, ctx.now);
    const wide = args.flag("all") || namesStatus(node);
    const all = snapshot.all();
    const found = sortedBy(
      all.filter((issue) => (wide || issue.status !== "closed") && test(issue)),
      sortGiven(args),
      args.flag("reverse"),
    );
    const limit = args.number("limit") ?? 50;
    const shown = limit > 0 ? found.slice(0, limit) : found;
    if (ctx.json) {
      const counts = countDependents(snapshot, all);
      ctx.print(shown.map((issue) => countedShape(issue, counts)));
    } else if (shown.length === 0) ctx.say("No issues found matching the query");
    else {
      ctx.say(`Found ${found.length} issues:`);
      const c = await huesOf(ctx.io);
      for (const issue of shown)
        ctx.say(args.flag("long") ? `${longLines(issue, c).join("\n")}\n` : flatLine(issue, c));
    }
    if (shown.length < found.length) ctx.warn(cutNote(shown.length, found.length, "issues that match"));
  },
};
