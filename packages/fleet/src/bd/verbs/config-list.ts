import { byCodeUnit } from "@fleet/store/shard";

import { configOf } from "../settings.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "list",
  summary: "List all configuration",
  examples: ["config list", "config list --json"],
  run: (ctx) => {
    const config = configOf(ctx.snapshot().meta);
    if (ctx.json) ctx.print(config);
    else {
      ctx.say("\nConfiguration:");
      for (const [key, value] of Object.entries(config).sort(([a], [b]) => byCodeUnit(a, b)))
        ctx.say(`  ${key} = ${value}`);
    }
  },
};
