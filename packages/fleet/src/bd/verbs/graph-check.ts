import { cycles } from "../cycles.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "check",
  summary: "Look for cycles in what blocks what; exit 1 when there are some",
  examples: ["graph check", "graph check --json"],
  args: { max: 0 },
  run: (ctx) => {
    const found = cycles(ctx.snapshot().live.values());
    const clean = found.length === 0;
    if (ctx.json) ctx.print({ clean, cycles: clean ? null : found, summary: { cycle_count: found.length } });
    else if (clean) ctx.say("✓ Graph integrity check passed: no dependency cycles");
    else for (const cycle of found) ctx.say(`✗ Cycle: ${[...cycle, cycle[0]].join(" → ")}`);
    return clean ? 0 : 1;
  },
};
