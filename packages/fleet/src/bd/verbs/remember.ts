import { remember } from "@fleet/store/ops/memory";

import { brief } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: 'remember "<insight>"',
  summary: "Store a persistent memory",
  flags: {
    key: { type: "string", help: "Key of the memory (default: its first words); an existing one is updated" },
  },
  examples: ['remember "the tests need the flag -race"', 'remember "use pnpm" --key package-manager'],
  args: { min: 1, max: 1 },
  writes: true,
  run: async (ctx, args) => {
    await ctx.found();
    const act = await ctx.act();
    const input = { key: args.text("key") || undefined, value: args.positionals[0] ?? "" };
    const { key, value, action } = await ctx.write(act, (snapshot) => remember(snapshot, act, input));
    if (ctx.json) ctx.print({ key, value, action });
    else ctx.say(`${action === "updated" ? "Updated" : "Remembered"} [${key}]: ${brief(value, 80)}`);
  },
};
