import { close } from "@fleet/store/ops/close";

import { epicsOf } from "../epics.ts";
import { stopFirst } from "../issues.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "close-eligible",
  summary: "Close epics whose children are all closed",
  examples: ["epic close-eligible", "epic close-eligible --dry-run"],
  flags: { "dry-run": { type: "bool", help: "Only say which" } },
  writes: true,
  run: async (ctx, args) => {
    const eligible = epicsOf(ctx.snapshot()).filter((one) => one.eligible);
    if (eligible.length === 0 || args.flag("dry-run")) {
      if (ctx.json) {
        ctx.print(
          eligible.map(({ epic, total, closed }) => ({
            epic: issueShape(epic),
            total_children: total,
            closed_children: closed,
            eligible_for_close: true,
          })),
        );
      } else if (eligible.length === 0) ctx.say("No epics eligible for closure");
      else
        ctx.say(
          `Would close ${eligible.length} epic(s):\n${eligible.map(({ epic }) => `  - ${epic.id}: ${epic.title}`).join("\n")}`,
        );
      return;
    }
    const act = await ctx.act();
    const closed: string[] = [];
    for (const { epic } of eligible) {
      await stopFirst(ctx, act, epic);
      await ctx.write(act, (snapshot) => close(snapshot, act, { id: epic.id, reason: "All children completed" }));
      closed.push(epic.id);
    }
    if (ctx.json) ctx.print({ closed, count: closed.length });
    else ctx.say(`✓ Closed ${closed.length} epic(s)\n${closed.map((id) => `  - ${id}`).join("\n")}`);
  },
};
