import { byCodeUnit } from "@fleet/store/shard";
import { memoriesOf } from "@fleet/store/memories";

import { brief } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "memories [search]",
  summary: "List or search persistent memories",
  examples: ["memories", "memories build"],
  args: { max: 1 },
  run: (ctx, args) => {
    const search = (args.positionals[0] ?? "").toLowerCase();
    const found = [...memoriesOf(ctx.snapshot()).values]
      .filter(([key, value]) => key.toLowerCase().includes(search) || value.toLowerCase().includes(search))
      .sort(([a], [b]) => byCodeUnit(a, b));
    if (ctx.json) ctx.print(Object.fromEntries(found));
    else if (found.length === 0)
      ctx.say(
        search === ""
          ? "No memories stored. Use 'fleet bd remember \"insight\"' to add one."
          : `No memories matching ${JSON.stringify(search)}`,
      );
    else {
      ctx.say(search === "" ? `Memories (${found.length}):\n` : `Memories matching ${JSON.stringify(search)}:\n`);
      for (const [key, value] of found) ctx.say(`  ${key}\n    ${brief(value, 120)}\n`);
    }
  },
};
