import { Refusal } from "../errors.ts";
import { change } from "../settings.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "set-many <key=value>...",
  summary: "Set several configuration values",
  examples: ["config set-many status.custom=review:wip types.custom=spec"],
  flags: { "force-git-tracked": { type: "bool", hidden: true, help: "Ignored" } },
  args: { min: 1 },
  writes: true,
  run: async (ctx, args) => {
    const pairs = args.positionals.map((pair) => {
      const at = pair.indexOf("=");
      if (at <= 0) throw new Refusal(`invalid format ${JSON.stringify(pair)}: expected key=value`);
      return { key: pair.slice(0, at), value: pair.slice(at + 1) };
    });
    await ctx.found();
    const act = await ctx.act();
    for (const { key, value } of pairs) await ctx.write(act, (snapshot) => change(snapshot, act, key, value));
    if (ctx.json) ctx.print(pairs);
    else for (const { key, value } of pairs) ctx.say(`Set ${key} = ${value}`);
  },
};
