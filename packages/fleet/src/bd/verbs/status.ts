import { Graph, parentOf } from "@fleet/store/graph";
import { type HeldHere, heldHere } from "@fleet/store/held-here";
import { isPinned } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import type { Status } from "@fleet/store/status";

import { identity } from "../../app/identity.ts";
import { epicsOf } from "../epics.ts";
import type { Verb } from "../verb.ts";

/** From live issues and stored sums, without reading closed issues. */
function summaryOf(snapshot: Snapshot, now: number, held: HeldHere): Record<string, number> {
  const live = [...snapshot.live.values()];
  const graph = new Graph(snapshot);
  const count = (status: Status): number => live.filter((issue) => issue.status === status).length;
  const hours = snapshot.closedCount === 0 ? 0 : snapshot.leadMillis / snapshot.closedCount / 3_600_000;
  return {
    total_issues: live.length + snapshot.closedCount,
    open_issues: count("open"),
    in_progress_issues: count("in_progress"),
    closed_issues: snapshot.closedCount,
    blocked_issues: graph.blocked().length,
    deferred_issues: count("deferred"),
    ready_issues: graph.ready({ now, held }).length,
    pinned_issues: live.filter(isPinned).length,
    epics_eligible_for_closure: epicsOf(snapshot).filter(({ eligible }) => eligible).length,
    average_lead_time_hours: hours,
  };
}

export const verb: Verb = {
  usage: "status",
  summary: "Count open, blocked, ready and closed issues",
  flags: {
    all: { type: "bool", help: "All issues (the default)" },
    assigned: { type: "bool", help: "Only issues assigned to you" },
    "no-activity": { type: "bool", hidden: true, help: "Ignored" },
  },
  examples: ["status", "stats --json"],
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const held = heldHere(ctx.store().gitDir);
    const summary = summaryOf(snapshot, ctx.now, held);
    if (args.flag("assigned")) {
      const { actor } = await identity(ctx.io, ctx.actorFlag, false, ctx.home);
      const mine = snapshot.all().filter((issue) => issue.assignee === actor);
      const count = (status: Status): number => mine.filter((issue) => issue.status === status).length;
      Object.assign(summary, {
        total_issues: mine.length,
        open_issues: count("open"),
        in_progress_issues: count("in_progress"),
        closed_issues: count("closed"),
        deferred_issues: count("deferred"),
        ready_issues: new Graph(snapshot).ready({ now: ctx.now, held }).filter((issue) => issue.assignee === actor)
          .length,
      });
    }
    if (ctx.json) {
      ctx.print({ summary });
      return;
    }
    const rows = [
      ["Total Issues", summary["total_issues"]],
      ["Open", summary["open_issues"]],
      ["In Progress", summary["in_progress_issues"]],
      ["Blocked", summary["blocked_issues"]],
      ["Deferred", summary["deferred_issues"]],
      ["Closed", summary["closed_issues"]],
      ["Ready to Work", summary["ready_issues"]],
      ["Children", [...snapshot.live.values()].filter((issue) => parentOf(issue) !== undefined).length],
    ] as const;
    ctx.say("\n📊 Issue Database Status\n\nSummary:");
    for (const [name, value] of rows) ctx.say(`  ${`${name}:`.padEnd(24)}${value ?? 0}`);
    ctx.say("\nFor more details, use 'fleet bd list' to see individual issues.\n");
  },
};
