import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { millis } from "@fleet/store/time";

import { DATE_HELP } from "../date-help.ts";
import { parseDate } from "../dates.ts";
import { Refusal } from "../errors.ts";
import { Failures } from "../failures.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";
import { updateOne } from "./update.ts";

export const verb: Verb = {
  usage: "defer [id...]",
  summary: "Defer issues",
  about:
    "With --until, they and their children become ready at that time; without it they wait for bd undefer.\n" +
    "bd ready --include-deferred lists them too.",
  flags: { until: { type: "string", help: `Defer until: ${DATE_HELP}` } },
  examples: ["defer fleet-a3f --until tomorrow"],
  args: { min: 1 },
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    const text = args.text("until");
    const until = text === undefined ? undefined : parseDate(text, ctx.now);
    if (text !== undefined && until === undefined)
      throw new Refusal(
        `invalid --until format ${JSON.stringify(text)}. Examples: +1h, tomorrow, next monday, 2025-01-15`,
      );
    if (until !== undefined && millis(until) < ctx.now)
      ctx.warn(`! Defer date ${JSON.stringify(text)} is in the past.`);
    const snapshot = ctx.snapshot();
    const ids = args.positionals.map((id) => find(snapshot, id).id);
    const act = await ctx.act();
    const deferred: Issue[] = [];
    const failures = new Failures(ctx);
    for (const id of ids) {
      const changes = { status: "deferred" as const, ...(until === undefined ? {} : { defer_until: until }) };
      const issue = await updateOne(ctx, act, id, changes, failures);
      if (issue === undefined) continue;
      deferred.push(issue);
      if (!ctx.json) ctx.say(`* Deferred ${issue.id}`);
    }
    if (ctx.json && deferred.length > 0) ctx.print(deferred.map((issue) => issueShape(issue)));
    return failures.exit();
  },
};
