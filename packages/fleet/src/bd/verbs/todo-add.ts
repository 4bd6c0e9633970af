import { create } from "@fleet/store/ops/create";
import { PRIORITIES } from "@fleet/store/status";

import { taskMetadata } from "../creation.ts";
import { priorityGiven } from "../filters.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";
import { checkNew } from "./create.ts";

export const verb: Verb = {
  usage: "add <title>",
  summary: "Add a TODO",
  examples: ['todo add "Buy milk"'],
  flags: {
    priority: { type: "string", values: PRIORITIES, short: "p", help: "Priority (0-4)", default: "2" },
    description: { type: "string", short: "d", help: "Description" },
  },
  args: { min: 1 },
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    const title = args.positionals.join(" ");
    const priority = priorityGiven(args.text("priority") ?? "2");
    checkNew(title, "");
    const { metadata, hidden } = await taskMetadata(ctx, args, undefined);
    await ctx.found();
    const act = await ctx.act({ owner: true });
    const input = { title, priority, type: "task", description: args.text("description"), metadata };
    const { issue } = await ctx.write(act, (snapshot) => create(snapshot, act, input));
    ctx.touch(issue.id);
    if (ctx.json) ctx.print(issueShape(issue, { exact: true, hidden }));
    else ctx.say(`Created ${issue.id}: ${issue.title}`);
  },
};
