import type { Issue } from "@fleet/store/issue";
import { close } from "@fleet/store/ops/close";

import { findOrRefuse, stopFirst } from "../issues.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "done <id> [<id>...]",
  summary: "Close TODOs",
  examples: ["todo done fleet-a3f"],
  flags: { reason: { type: "string", help: "Reason for closing", default: "Completed" } },
  args: { min: 1 },
  writes: true,
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const issues = args.positionals.map((id) => findOrRefuse(snapshot, id));
    const act = await ctx.act();
    const closed: Issue[] = [];
    for (const { id } of issues) {
      const issue = snapshot.issue(id);
      if (issue !== undefined) await stopFirst(ctx, act, issue);
      const done = await ctx.write(act, (now) => close(now, act, { id, reason: args.text("reason") || "Completed" }));
      closed.push(done.issue);
      if (!ctx.json) ctx.say(`Closed ${id}`);
    }
    if (ctx.json) ctx.print(closed.map((issue) => issueShape(issue)));
  },
};
