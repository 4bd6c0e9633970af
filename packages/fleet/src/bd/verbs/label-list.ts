import { byCodeUnit } from "@fleet/store/shard";

import { findOrRefuse } from "../issues.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "list [issue-id]",
  summary: "List labels for an issue",
  examples: ["label list fleet-a3f"],
  args: { min: 1, max: 1 },
  run: (ctx, args) => {
    const issue = findOrRefuse(ctx.snapshot(), args.positionals[0] ?? "");
    const labels = [...(issue.labels ?? [])].sort(byCodeUnit);
    if (ctx.json) ctx.print(labels);
    else if (labels.length === 0) ctx.say(`\n${issue.id} has no labels`);
    else ctx.say(`\n🏷 Labels for ${issue.id}:\n${labels.map((name) => `  - ${name}\n`).join("")}`);
  },
};
