import { label } from "../labelling.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "add [issue-id...] [label]",
  summary: "Add a label to one or more issues",
  examples: ["label add fleet-a3f fleet-b2c urgent"],
  args: { min: 2 },
  writes: true,
  run: async (ctx, args) => {
    const ids = args.positionals.slice(0, -1);
    await label(ctx, ids, args.positionals.at(-1) ?? "", "added");
  },
};
