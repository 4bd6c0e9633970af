import { change } from "../settings.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "unset <key>",
  summary: "Delete a configuration value",
  examples: ["config unset status.custom"],
  args: { min: 1, max: 1 },
  writes: true,
  run: async (ctx, args) => {
    const key = args.positionals[0] ?? "";
    const act = await ctx.act();
    await ctx.write(act, (snapshot) => change(snapshot, act, key, undefined));
    if (ctx.json) ctx.print({ key });
    else ctx.say(`Unset ${key}`);
  },
};
