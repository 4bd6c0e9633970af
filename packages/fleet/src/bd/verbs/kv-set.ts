import { change } from "../settings.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "set <key> <value>",
  summary: "Set a key",
  examples: ["kv set release 1.4"],
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [key = "", value = ""] = args.positionals;
    await ctx.found();
    const act = await ctx.act();
    await ctx.write(act, (snapshot) => change(snapshot, act, `kv.${key}`, value));
    if (ctx.json) ctx.print({ key, value });
    else ctx.say(`Set ${key} = ${value}`);
  },
};
