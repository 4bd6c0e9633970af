/** `bd todo`: open tasks and short words for them. */
import { isBlank } from "@fleet/kit/text";
import { byPriority } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import { PRIORITIES } from "@fleet/store/status";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Failures } from "../failures.ts";
import { priorityGiven } from "../filters.ts";
import { findOrRefuse } from "../issues.ts";
import { issueShape } from "../shapes.ts";
import { huesOf } from "../hues.ts";
import { treeLine } from "../text.ts";
import type { Flags, Verb } from "../verb.ts";

const LIST_FLAGS: Flags = { all: { type: "bool", help: "Show all TODOs including completed" } };

export const verb: Verb = {
  usage: "todo",
  summary: "TODO items: tasks, for short",
  examples: ["todo", 'todo add "Buy milk"', "todo done fleet-a3f"],
  flags: LIST_FLAGS,
  args: { max: 0 },
  run: list,
  subs: {
    add: {
      usage: "add <title...>",
      summary: "Add a TODO",
      examples: ['todo add "Buy milk"'],
      flags: {
        priority: { type: "string", values: PRIORITIES, short: "p", help: "Priority (0-4)", default: "2" },
        description: { type: "string", short: "d", help: "Description" },
      },
      args: { min: 1 },
      errors: "stderr",
      writes: true,
      run: add,
    },
    list: {
      usage: "list",
      summary: "List TODOs",
      examples: ["todo list"],
      flags: LIST_FLAGS,
      run: list,
    },
    done: {
      usage: "done <id> [<id>...]",
      summary: "Close TODOs",
      examples: ["todo done fleet-a3f"],
      flags: { reason: { type: "string", help: "Reason for closing", default: "Completed" } },
      args: { min: 1 },
      writes: true,
      run: done,
    },
  },
};

async function list(ctx: Ctx, args: Args): Promise<void> {
  const snapshot = ctx.snapshot();
  const source = args.flag("all") ? snapshot.all() : [...snapshot.live.values()];
  const found = source
    .filter((issue) => issue.issue_type === "task" && (args.flag("all") || issue.status === "open"))
    .sort(byPriority);
  if (ctx.json) ctx.print(found.map((issue) => issueShape(issue)));
  else if (found.length === 0) ctx.say("No TODOs found");
  else {
    const c = await huesOf(ctx.io);
    for (const issue of found) ctx.say(`  ${treeLine(issue, c)}`);
    ctx.say(`\nTotal: ${found.length} TODOs`);
  }
}

async function add(ctx: Ctx, args: Args): Promise<void> {
  const [{ create }, { taskMetadata }, { checkNew }] = await Promise.all([
    import("@fleet/store/ops/create"),
    import("../creation.ts"),
    import("./create.ts"),
  ]);
  const title = args.positionals.join(" ");
  const priority = priorityGiven(args.text("priority") ?? "2");
  checkNew(title, "");
  const { metadata, hidden } = await taskMetadata(ctx, args, undefined);
  await ctx.found();
  const act = await ctx.act({ owner: true });
  const input = { title, priority, type: "task" as const, description: args.text("description"), metadata };
  const { issue } = await ctx.write(act, (snapshot) => create(snapshot, act, input));
  ctx.touch(issue.id);
  if (ctx.json) ctx.print(issueShape(issue, { exact: true, hidden }));
  else ctx.say(`Created ${issue.id}: ${issue.title}`);
}

async function done(ctx: Ctx, args: Args): Promise<number> {
  const { closeOne } = await import("./close.ts");
  const snapshot = ctx.snapshot();
  const issues = args.positionals.map((id) => findOrRefuse(snapshot, id));
  const act = await ctx.act();
  const closed: Issue[] = [];
  const failures = new Failures(ctx);
  const given = args.text("reason") ?? "";
  const reason = isBlank(given) ? "Completed" : given;
  for (const issue of issues) {
    const after = await closeOne(ctx, act, issue, { reason }, failures);
    if (after === undefined) continue;
    closed.push(after);
    if (!ctx.json) ctx.say(`Closed ${issue.id}`);
  }
  if (ctx.json && closed.length > 0) ctx.print(closed.map((issue) => issueShape(issue)));
  return failures.exit();
}
