import { parentOf } from "@fleet/store/graph";

import { findOrRefuse } from "../issues.ts";
import { label } from "../labelling.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "propagate [parent-id] [label]",
  summary: "Put a label on every child of an issue",
  examples: ["label propagate fleet-a3f urgent"],
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [argument = "", name = ""] = args.positionals;
    const snapshot = ctx.snapshot();
    const parent = findOrRefuse(snapshot, argument);
    const children = [...snapshot.live.values()].filter((issue) => parentOf(issue) === parent.id);
    await label(
      ctx,
      children.map(({ id }) => id),
      name,
      "added",
    );
  },
};
