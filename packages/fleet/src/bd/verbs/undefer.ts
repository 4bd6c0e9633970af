import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { millis } from "@fleet/store/time";

import { Failures } from "../failures.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";
import { updateOne } from "./update.ts";

export const verb: Verb = {
  usage: "undefer [id...]",
  summary: "End the deferral of issues",
  examples: ["undefer fleet-a3f"],
  args: { min: 1 },
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const issues = args.positionals.map((id) => find(snapshot, id));
    const act = await ctx.act();
    const undeferred: Issue[] = [];
    const failures = new Failures(ctx);
    for (const { id, status, defer_until: until } of issues) {
      // A date defers an issue even if its status is open, as imported ones may be.
      const isPutOff = status === "open" && until !== undefined && millis(until) > ctx.now;
      if (status !== "deferred" && !isPutOff) {
        ctx.warn(`${id} is not deferred (status: ${status})`);
        continue;
      }
      const next = await updateOne(ctx, act, id, { defer_until: "", status: "open" }, failures);
      if (next === undefined) continue;
      undeferred.push(next);
      if (!ctx.json) ctx.say(`* Undeferred ${next.id} (now open)`);
    }
    if (ctx.json && undeferred.length > 0) ctx.print(undeferred.map((issue) => issueShape(issue)));
    return failures.exit();
  },
};
