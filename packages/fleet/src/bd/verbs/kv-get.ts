import { Exit } from "../errors.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "get <key>",
  summary: "Get a key",
  examples: ["kv get release"],
  args: { min: 1, max: 1 },
  run: (ctx, args) => {
    const key = args.positionals[0] ?? "";
    const value = ctx.snapshot().meta.config[`kv.${key}`];
    if (ctx.json) ctx.print({ key, value: value ?? "", found: value !== undefined });
    else if (value === undefined) ctx.warn(`${key} (not set)`);
    else ctx.say(value);
    if (value === undefined) throw new Exit(1);
  },
};
