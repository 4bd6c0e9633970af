import { epicsOf } from "../epics.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "status",
  summary: "Show how far the children of epics are",
  examples: ["epic status", "epic status --json"],
  flags: { "eligible-only": { type: "bool", help: "Show only epics that could be closed" } },
  run: (ctx, args) => {
    const epics = epicsOf(ctx.snapshot()).filter(({ eligible }) => eligible || !args.flag("eligible-only"));
    if (ctx.json) {
      ctx.print(
        epics.map(({ epic, total, closed, eligible }) => ({
          epic: issueShape(epic),
          total_children: total,
          closed_children: closed,
          eligible_for_close: eligible,
        })),
      );
      return;
    }
    if (epics.length === 0) ctx.say("No open epics found");
    for (const { epic, total, closed, eligible } of epics) {
      ctx.say(`${eligible ? "✓" : "○"} ${epic.id} ${epic.title}`);
      ctx.say(
        `   Progress: ${closed}/${total} children closed (${total === 0 ? 0 : Math.floor((closed * 100) / total)}%)`,
      );
      ctx.say(eligible ? "   Eligible for closure\n" : "");
    }
  },
};
