import { byCodeUnit } from "@fleet/store/shard";

import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "list",
  summary: "List all keys",
  examples: ["kv list", "kv list --json"],
  run: (ctx) => {
    const pairs = Object.entries(ctx.snapshot().meta.config)
      .flatMap(([key, value]) => (key.startsWith("kv.") ? [[key.slice(3), value] as const] : []))
      .sort(([a], [b]) => byCodeUnit(a, b));
    if (ctx.json) ctx.print(Object.fromEntries(pairs));
    else
      ctx.say(
        pairs.length === 0
          ? "No key-value pairs set"
          : `\nKey-Value Store:\n${pairs.map(([key, value]) => `  ${key} = ${value}`).join("\n")}`,
      );
  },
};
