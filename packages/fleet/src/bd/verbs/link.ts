import { EDGE_TYPES } from "@fleet/store/status";

import { addOne } from "../adding-edges.ts";
import { inParens } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "link <id1> <id2>",
  summary: "Link two issues: the first depends on the second",
  flags: { type: { type: "string", values: EDGE_TYPES, short: "t", help: "Dependency type", default: "blocks" } },
  examples: ["link fleet-a3f fleet-b2c", "link fleet-a3f fleet-b2c --type related"],
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [from = "", to = ""] = args.positionals;
    const type = args.text("type") ?? "blocks";
    const act = await ctx.act();
    const edge = await addOne(ctx, act, from, to, type);
    ctx.touch(edge.from.id);
    if (ctx.json) ctx.print({ status: "added", issue_id: edge.from.id, depends_on_id: edge.toId, type });
    else
      ctx.say(
        `✓ Linked: ${inParens(edge.from)} depends on ${edge.to === undefined ? edge.toId : inParens(edge.to)} (${type})`,
      );
  },
};
