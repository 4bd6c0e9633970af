import { asStatus } from "@fleet/store/status";
import { millis } from "@fleet/store/time";

import { Refusal } from "../errors.ts";
import { cutNote } from "../filters.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

const STATUSES = ["open", "in_progress", "blocked", "deferred"];
const DAY = 24 * 3600 * 1000;

export const verb: Verb = {
  usage: "stale",
  summary: "Show stale issues",
  examples: ["stale", "stale --days 14 --json"],
  flags: {
    days: { type: "int", min: 0, short: "d", help: "Issues not updated in this many days", default: "30" },
    status: { type: "string", values: STATUSES, short: "s", help: `Filter by status (${STATUSES.join("|")})` },
    limit: { type: "int", min: 0, short: "n", help: "Maximum issues to show", default: "50" },
  },
  errors: "stderr",
  run: (ctx, args) => {
    const days = args.number("days") ?? 30;
    if (days < 1) throw new Refusal("--days must be at least 1");
    const status = args.text("status") ?? "";
    if (status !== "" && !STATUSES.includes(status))
      throw new Refusal(`invalid status '${status}'. Valid values: ${STATUSES.join(", ")}`);
    const bound = ctx.now - days * DAY;
    const limit = args.number("limit") ?? 50;
    const all = [...ctx.snapshot().live.values()]
      .filter((issue) => (status === "" ? issue.status !== "pinned" : issue.status === asStatus(status)))
      .filter((issue) => millis(issue.updated_at) < bound && issue.ephemeral !== true)
      .sort((a, b) => millis(a.updated_at) - millis(b.updated_at));
    const found = limit > 0 ? all.slice(0, limit) : all;
    if (ctx.json) ctx.print(found.map((issue) => issueShape(issue)));
    else if (found.length === 0) ctx.say("\n✨ No stale issues found (all active)\n");
    else {
      ctx.say(`\n⏰ Stale issues (${all.length} not updated in ${days}+ days):\n`);
      found.forEach((issue, at) => {
        ctx.say(`${at + 1}. [● P${issue.priority}] ${issue.id}: ${issue.title}`);
        ctx.say(
          `   Status: ${issue.status}, Last updated: ${Math.floor((ctx.now - millis(issue.updated_at)) / DAY)} days ago\n`,
        );
      });
    }
    if (found.length < all.length) ctx.warn(cutNote(found.length, all.length, "stale issues"));
  },
};
