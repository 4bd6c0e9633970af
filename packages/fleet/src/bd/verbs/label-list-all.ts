import { byCodeUnit } from "@fleet/store/shard";

import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "list-all",
  summary: "List all labels in use",
  examples: ["label list-all", "label list-all --json"],
  run: (ctx) => {
    const snapshot = ctx.snapshot();
    const counts = new Map(snapshot.closedTally("label"));
    for (const issue of snapshot.live.values())
      for (const name of issue.labels ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
    const rows = [...counts].flatMap(([name, count]) => (name === null ? [] : [[name, count] as const]));
    rows.sort(([a], [b]) => byCodeUnit(a, b));
    if (ctx.json) ctx.print(rows.map(([label, count]) => ({ label, count })));
    else if (rows.length === 0) ctx.say("\nNo labels found");
    else
      ctx.say(
        `\n🏷 All labels (${rows.length} unique):\n${rows.map(([name, count]) => `  ${name}  (${count} issues)\n`).join("")}`,
      );
  },
};
