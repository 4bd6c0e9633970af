import { addEdge } from "@fleet/store/ops/edges";

import { findOrRefuse } from "../issues.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "relate <id1> <id2>",
  summary: "Link two issues as related, both ways",
  examples: ["dep relate fleet-a3f fleet-b2c"],
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const one = findOrRefuse(snapshot, args.positionals[0] ?? "");
    const other = findOrRefuse(snapshot, args.positionals[1] ?? "");
    const act = await ctx.act();
    for (const [from, to] of [
      [one.id, other.id],
      [other.id, one.id],
    ] as const)
      await ctx.write(act, (now) => addEdge(now, act, { from, to, type: "relates-to" }));
    if (ctx.json) ctx.print({ id1: one.id, id2: other.id, related: true });
    else ctx.say(`✓ Linked ${one.id} ↔ ${other.id}`);
  },
};
