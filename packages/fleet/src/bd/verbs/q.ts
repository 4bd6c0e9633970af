import { create } from "@fleet/store/ops/create";
import { PRIORITIES } from "@fleet/store/status";

import { CREATION_FLAGS, taskMetadata } from "../creation.ts";
import { priorityGiven } from "../filters.ts";
import type { Verb } from "../verb.ts";
import { checkNew, knownType } from "./create.ts";

export const verb: Verb = {
  usage: "q [title...]",
  summary: "Quick capture: create an issue and print only its ID",
  flags: {
    priority: { type: "string", values: PRIORITIES, short: "p", help: "Priority (0-4 or P0-P4)", default: "2" },
    type: { type: "string", home: "type", short: "t", help: "Issue type", default: "task" },
    labels: { type: "list", short: "l", help: "Labels" },
    ...CREATION_FLAGS,
  },
  examples: ["q Fix the login page", 'q "New task" -p 1'],
  args: { min: 1 },
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    const title = args.positionals.join(" ");
    const priority = priorityGiven(args.text("priority") ?? "2");
    checkNew(title, "");
    const { metadata } = await taskMetadata(ctx, args, undefined);
    await ctx.found();
    const act = await ctx.act();
    const written = args.text("type") || "task";
    const { issue } = await ctx.write(act, (snapshot) =>
      create(snapshot, act, {
        title,
        priority,
        type: knownType(snapshot.meta, written, ""),
        labels: args.texts("labels"),
        metadata,
        // bd leaves owner and created_by out here.
        anonymous: true,
      }),
    );
    ctx.touch(issue.id);
    ctx.say(issue.id);
  },
};
