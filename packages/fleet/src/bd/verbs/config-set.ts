import { change } from "../settings.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "set <key> <value>",
  summary: "Set a configuration value",
  examples: ['config set status.custom "review:wip,parked:frozen"'],
  flags: { "force-git-tracked": { type: "bool", hidden: true, help: "Ignored" } },
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [key = "", value = ""] = args.positionals;
    await ctx.found();
    const act = await ctx.act();
    await ctx.write(act, (snapshot) => change(snapshot, act, key, value));
    if (ctx.json) ctx.print({ key, value });
    else ctx.say(`Set ${key} = ${value}`);
  },
};
