import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { type EpicProgress, epicsOf } from "../epics.ts";
import { Failures } from "../failures.ts";
import { issueShape, type Shape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "epic",
  summary: "Epic management commands",
  examples: ["epic status", "epic close-eligible"],
  subs: {
    status: {
      usage: "status",
      summary: "Show the progress of epics",
      examples: ["epic status", "epic status --json"],
      flags: { "eligible-only": { type: "bool", help: "Show only epics that could be closed" } },
      run: status,
    },
    "close-eligible": {
      usage: "close-eligible",
      summary: "Close epics whose children are all closed",
      examples: ["epic close-eligible", "epic close-eligible --dry-run"],
      flags: { "dry-run": { type: "bool", help: "Only list them" } },
      writes: true,
      run: closeEligible,
    },
  },
};

const epicShape = ({ epic, total, closed, eligible }: EpicProgress): Shape => ({
  epic: issueShape(epic),
  total_children: total,
  closed_children: closed,
  eligible_for_close: eligible,
});

function status(ctx: Ctx, args: Args): void {
  const epics = epicsOf(ctx.snapshot()).filter(({ eligible }) => eligible || !args.flag("eligible-only"));
  if (ctx.json) {
    ctx.print(epics.map(epicShape));
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
}

async function closeEligible(ctx: Ctx, args: Args): Promise<number> {
  const eligible = epicsOf(ctx.snapshot()).filter((one) => one.eligible);
  if (eligible.length === 0 || args.flag("dry-run")) {
    if (ctx.json) ctx.print(eligible.map(epicShape));
    else if (eligible.length === 0) ctx.say("No epics eligible for closure");
    else
      ctx.say(
        `Would close ${eligible.length} epic(s):\n${eligible.map(({ epic }) => `  - ${epic.id}: ${epic.title}`).join("\n")}`,
      );
    return 0;
  }
  const { closeOne } = await import("./close.ts");
  const act = await ctx.act();
  const closed: string[] = [];
  const failures = new Failures(ctx);
  for (const { epic } of eligible) {
    const done = await closeOne(ctx, act, epic, { reason: "All children completed" }, failures);
    if (done !== undefined) closed.push(epic.id);
  }
  if (ctx.json) ctx.print({ closed, count: closed.length });
  else if (closed.length > 0)
    ctx.say(`✓ Closed ${closed.length} epic(s)\n${closed.map((id) => `  - ${id}`).join("\n")}`);
  return failures.exit();
}
