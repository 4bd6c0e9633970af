import { isBlank } from "@fleet/kit/text";
import type { Issue } from "@fleet/store/issue";
import { reopen } from "@fleet/store/ops/close";

import { Failures } from "../failures.ts";
import { stopFirst } from "../stop-first.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "reopen [id...]",
  summary: "Reopen one or more closed issues",
  flags: { reason: { type: "string", short: "r", help: "Reason for reopening, kept in the history" } },
  examples: ['reopen fleet-a3f --reason "It came back"'],
  args: { min: 1 },
  writes: true,
  run: async (ctx, args) => {
    const act = await ctx.act();
    const given = args.text("reason") ?? "";
    const reason = isBlank(given) ? undefined : given;
    const reopened: Issue[] = [];
    const failures = new Failures(ctx);
    for (const argument of args.positionals) {
      const issue = failures.find(ctx.snapshot(), argument);
      if (issue === undefined) continue;
      if (issue.status === "open") ctx.warn(`${issue.id} is already open`);
      else {
        try {
          await stopFirst(ctx, act, issue);
          reopened.push(await ctx.write(act, (snapshot) => reopen(snapshot, act, { id: issue.id, reason })));
          if (!ctx.json) ctx.say(`↻ Reopened ${issue.id}${reason === undefined ? "" : `: ${reason}`}`);
        } catch (error) {
          failures.add(issue.id, error, (message) => `Error reopening ${issue.id}: ${message}`);
        }
      }
    }
    if (ctx.json && reopened.length > 0) ctx.print(reopened.map((issue) => issueShape(issue)));
    return failures.exit();
  },
};
