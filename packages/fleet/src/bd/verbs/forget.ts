import { StoreError } from "@fleet/store/errors";
import { forget } from "@fleet/store/ops/memory";
import { memoriesOf } from "@fleet/store/memories";

import { Exit } from "../errors.ts";
import { brief } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "forget <key>",
  summary: "Remove a persistent memory",
  examples: ["forget build-needs-node-20"],
  args: { min: 1, max: 1 },
  writes: true,
  run: async (ctx, args) => {
    const key = args.positionals[0] ?? "";
    const value = memoriesOf(ctx.snapshot()).values.get(key) ?? "";
    const act = await ctx.act();
    try {
      await ctx.write(act, (snapshot) => forget(snapshot, act, key));
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "not-found") throw error;
      if (ctx.json) ctx.print({ key, found: "false" });
      else ctx.warn(`No memory with key ${JSON.stringify(key)}`);
      throw new Exit(1);
    }
    if (ctx.json) ctx.print({ key, deleted: "true" });
    else ctx.say(`Forgot [${key}]: ${brief(value, 80)}`);
  },
};
