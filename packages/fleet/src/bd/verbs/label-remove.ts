import { label } from "../labelling.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "remove [issue-id...] [label]",
  summary: "Remove a label from one or more issues",
  examples: ["label remove fleet-a3f fleet-b2c urgent"],
  args: { min: 2 },
  writes: true,
  run: async (ctx, args) => {
    const ids = args.positionals.slice(0, -1);
    await label(ctx, ids, args.positionals.at(-1) ?? "", "removed");
  },
};
