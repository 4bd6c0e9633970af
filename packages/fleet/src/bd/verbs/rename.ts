import { followHere } from "@fleet/store/hold-here";
import { ID_SHAPE } from "@fleet/store/ids";
import { rename } from "@fleet/store/ops/rename";

import { Refusal } from "../errors.ts";
import { findOrRefuse } from "../issues.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "rename <old-id> <new-id>",
  summary: "Change the ID of an issue",
  about:
    "Edges and mentions in other issues are renamed, too. The old ID is never used again, and bd history\n" +
    "still knows it. Children keep their IDs.",
  examples: ["rename fleet-w38 fleet-login"],
  args: { min: 2, max: 2 },
  errors: "text",
  writes: true,
  run: async (ctx, args) => {
    const [from = "", to = ""] = args.positionals;
    if (from === to) throw new Refusal("old and new IDs are the same");
    if (!ID_SHAPE.test(to))
      throw new Refusal(`invalid new ID format ${JSON.stringify(to)}: must be prefix-suffix (e.g., bd-dolt)`);
    const snapshot = ctx.snapshot();
    const { id } = snapshot.issue(from) ?? findOrRefuse(snapshot, from, "failed to rename");
    const act = await ctx.act();
    const ids = new Map([[id, to]]);
    followHere(ctx.store().gitDir, ids);
    const { references } = await ctx.write(act, (now) =>
      rename(now, act, { ids, event: "rename", task: id, subject: `now ${to}` }),
    );
    ctx.touch(to);
    if (ctx.json) ctx.print({ old_id: id, new_id: to, references_updated: references });
    else ctx.say(`Renamed ${id} -> ${to}`);
  },
};
