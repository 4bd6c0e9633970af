import { change } from "../settings.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "clear <key>",
  summary: "Delete a key",
  examples: ["kv clear release"],
  args: { min: 1, max: 1 },
  writes: true,
  run: async (ctx, args) => {
    const key = args.positionals[0] ?? "";
    const act = await ctx.act();
    await ctx.write(act, (snapshot) => change(snapshot, act, `kv.${key}`, undefined));
    if (ctx.json) ctx.print({ key, deleted: "true" });
    else ctx.say(`Cleared ${key}`);
  },
};
