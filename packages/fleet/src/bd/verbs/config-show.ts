import { byCodeUnit } from "@fleet/store/shard";

import { configOf } from "../settings.ts";
import type { Verb } from "../verb.ts";

/** There is one place that a value can come from. */
const SOURCE = "database";

export const verb: Verb = {
  usage: "show",
  summary: "Show every value and where it comes from",
  flags: {
    source: { type: "string", values: [SOURCE], help: `Only those of one source (here all are of: ${SOURCE})` },
  },
  examples: ["config show", "config show --json"],
  run: (ctx, args) => {
    const wanted = args.text("source") || SOURCE;
    const entries = Object.entries(configOf(ctx.snapshot().meta))
      .filter(() => wanted === SOURCE)
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([key, value]) => ({ key, value, source: SOURCE }));
    if (ctx.json) ctx.print(entries);
    else if (entries.length === 0) ctx.say("No configuration found");
    else for (const { key, value, source } of entries) ctx.say(`  ${key} = ${value}  (${source})`);
  },
};
