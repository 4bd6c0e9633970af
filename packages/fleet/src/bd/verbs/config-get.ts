import { configOf } from "../settings.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "get <key>",
  summary: "Get a configuration value",
  examples: ["config get issue_prefix"],
  args: { min: 1, max: 1 },
  run: (ctx, args) => {
    const key = args.positionals[0] ?? "";
    const config = configOf(ctx.snapshot().meta);
    const value = Object.hasOwn(config, key) ? (config[key] ?? "") : "";
    if (ctx.json) ctx.print({ key, value });
    else ctx.say(value === "" ? `${key} (not set)` : value);
  },
};
