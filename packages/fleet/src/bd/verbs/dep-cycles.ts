import { cycles } from "../cycles.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "cycles",
  summary: "Detect dependency cycles",
  examples: ["dep cycles", "dep cycles --json"],
  run: (ctx) => {
    const snapshot = ctx.snapshot();
    const found = cycles(snapshot.live.values()).map((cycle) => cycle.flatMap((id) => snapshot.issue(id) ?? []));
    if (ctx.json) ctx.print(found.map((cycle) => cycle.map((issue) => issueShape(issue))));
    else if (found.length === 0) ctx.say("\n✓ No dependency cycles detected\n");
    else {
      ctx.say(`\n⚠ Found ${found.length} dependency cycles:\n`);
      found.forEach((cycle, at) => {
        ctx.say(`${at + 1}. Cycle involving:`);
        for (const issue of cycle) ctx.say(`   - ${issue.id}: ${issue.title}`);
      });
      ctx.say("\nBreak one with: bd dep remove FROM TO");
    }
  },
};
