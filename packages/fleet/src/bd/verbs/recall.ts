import { Exit } from "../errors.ts";
import type { Verb } from "../verb.ts";
import { memoriesOf } from "@fleet/store/memories";

export const verb: Verb = {
  usage: "recall <key>",
  summary: "Retrieve a specific memory",
  examples: ["recall build-needs-node-20"],
  args: { min: 1, max: 1 },
  run: (ctx, args) => {
    const key = args.positionals[0] ?? "";
    const value = memoriesOf(ctx.snapshot()).values.get(key);
    if (ctx.json) ctx.print({ key, value: value ?? "", found: value !== undefined });
    else if (value === undefined) ctx.warn(`No memory with key ${JSON.stringify(key)}`);
    else ctx.say(value);
    if (value === undefined) throw new Exit(1);
  },
};
