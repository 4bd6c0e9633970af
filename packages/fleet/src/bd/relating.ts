/** `dep relate` and `dep unrelate`: one link, there and back. */
import { addEdge, removeEdge } from "@fleet/store/ops/edges";

import { findOrRefuse } from "./issues.ts";
import type { Verb } from "./verb.ts";

const WORDS = {
  relate: { summary: "Link two issues as related, both ways", key: "related", said: "Linked" },
  unrelate: { summary: "Remove a link that relate made", key: "unrelated", said: "Unlinked" },
} as const;

export function relating(name: keyof typeof WORDS): Verb {
  const { summary, key, said } = WORDS[name];
  return {
    usage: `${name} <id1> <id2>`,
    summary,
    examples: [`dep ${name} fleet-a3f fleet-b2c`],
    args: { min: 2, max: 2 },
    writes: true,
    run: async (ctx, args) => {
      const snapshot = ctx.snapshot();
      const one = findOrRefuse(snapshot, args.positionals[0] ?? "").id;
      const other = findOrRefuse(snapshot, args.positionals[1] ?? "").id;
      const act = await ctx.act();
      for (const edge of [
        { from: one, to: other },
        { from: other, to: one },
      ])
        await ctx.write(act, (now) =>
          name === "relate" ? addEdge(now, act, { ...edge, type: "relates-to" }) : removeEdge(now, act, edge),
        );
      if (ctx.json) ctx.print({ id1: one, id2: other, [key]: true });
      else ctx.say(`✓ ${said} ${one} ↔ ${other}`);
    },
  };
}
