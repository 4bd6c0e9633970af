import { removeEdge } from "@fleet/store/ops/edges";

import { inParens } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "remove [issue-id] [depends-on-id]",
  summary: "Remove a dependency",
  examples: ["dep remove fleet-a3f fleet-b2c"],
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [from = "", to = ""] = args.positionals;
    const act = await ctx.act();
    const edge = await ctx.write(act, (snapshot) => removeEdge(snapshot, act, { from, to }));
    if (ctx.json) ctx.print({ status: "removed", issue_id: edge.from.id, depends_on_id: edge.toId });
    else {
      const target = edge.to === undefined ? edge.toId : inParens(edge.to);
      ctx.say(`✓ Removed dependency: ${inParens(edge.from)} no longer depends on ${target}`);
    }
  },
};
