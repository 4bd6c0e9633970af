import { byPriority } from "@fleet/store/graph";

import { statusesGiven } from "../filters.ts";
import { issueShape } from "../shapes.ts";
import { treeLine } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "list",
  summary: "List issues labelled human",
  examples: ["human list", "human list --json"],
  flags: { status: { type: "string", home: "status", short: "s", help: "Filter by status" } },
  run: (ctx, args) => {
    const snapshot = ctx.snapshot();
    const status = args.text("status") ?? "";
    const statuses = status === "" ? undefined : statusesGiven(snapshot.meta, status);
    const found = snapshot
      .all()
      .filter((issue) => issue.labels?.includes("human") === true && statuses?.includes(issue.status) !== false)
      .sort(byPriority);
    if (ctx.json) ctx.print(found.map((issue) => issueShape(issue)));
    else if (found.length === 0) ctx.say("No human-needed issues found");
    else for (const issue of found) ctx.say(treeLine(issue));
  },
};
