import type { Issue } from "@fleet/store/issue";

import { findOrWarn } from "../issues.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";
import { updateOne } from "./update.ts";

export const verb: Verb = {
  usage: "undefer [id...]",
  summary: "Take issues off the ice",
  args: { min: 1 },
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    const act = await ctx.act();
    const undeferred: Issue[] = [];
    let failed = 0;
    for (const id of args.positionals) {
      const issue = findOrWarn(ctx, ctx.snapshot(), id);
      if (issue === undefined) failed++;
      else if (issue.status !== "deferred" && issue.defer_until === undefined)
        ctx.warn(`${issue.id} is not deferred (status: ${issue.status})`);
      else {
        const next = await updateOne(ctx, act, issue.id, { defer_until: "" });
        if (next === undefined) failed++;
        else {
          undeferred.push(next);
          if (!ctx.json) ctx.say(`* Undeferred ${next.id} (now ${next.status})`);
        }
      }
    }
    if (ctx.json && undeferred.length > 0) ctx.print(undeferred.map((issue) => issueShape(issue)));
    return failed > 0 && failed === args.positionals.length ? 1 : 0;
  },
};
