import { Graph } from "@fleet/store/graph";
import { heldHere } from "@fleet/store/held-here";
import { holdText } from "@fleet/store/hold";
import { loopsIn } from "@fleet/store/loops";
import { loopText } from "@fleet/store/waits";

import { holdsShape } from "../explain.ts";
import { descendants, parentNamed } from "../filters.ts";
import { untrustedIssues } from "../held.ts";
import { huesOf, priorityMark } from "../hues.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "blocked",
  summary: "Show blocked issues",
  about:
    "Issues that wait for another issue, which may be missing here, or for a person to trust them; and dependency cycles.\n" +
    "For issues of status blocked: bd list --status blocked.",
  flags: { parent: { type: "string", help: "Filter to descendants of this issue" } },
  examples: ["blocked --json"],
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const graph = new Graph(snapshot);
    const parent = args.text("parent") ?? "";
    const below = parent === "" ? undefined : descendants(snapshot.live.values(), parentNamed(snapshot, parent));
    const blocked = graph.blocked().filter(({ id }) => below === undefined || below.has(id));
    const shown = new Set(blocked.map(({ id }) => id));
    const loops = blocked.length === 0 ? [] : loopsIn(snapshot).filter(({ ids }) => ids.some((id) => shown.has(id)));
    const here = heldHere(ctx.store().gitDir);
    const all = [
      ...blocked,
      ...untrustedIssues(ctx, snapshot).filter(({ id }) => below === undefined || below.has(id)),
    ];
    if (ctx.json) {
      ctx.print(
        all.map((issue) => {
          const by = graph.blockedBy(issue);
          const loop = loops.find(({ ids }) => ids.includes(issue.id));
          return {
            ...issueShape(issue),
            blocked_by_count: by.length,
            blocked_by: by,
            ...holdsShape(graph, issue, here),
            ...(loop === undefined ? {} : { cycle: loop.ids }),
          };
        }),
      );
      return;
    }
    const c = await huesOf(ctx.io);
    ctx.say(all.length === 0 ? "\n✨ No blocked issues\n" : `\n🚫 Blocked issues (${all.length}):\n`);
    for (const issue of all) {
      const by = graph.blockedBy(issue);
      ctx.say(`[${priorityMark(issue, c)}] ${c.blue(issue.id)}: ${issue.title}`);
      for (const hold of graph.holds(issue, here)) ctx.say(`  Held: ${holdText(issue.id, hold)}`);
      ctx.say(`  Blocked by ${by.length} open dependencies: [${by.join(" ")}]\n`);
    }
    for (const loop of loops) ctx.say(`⚠ Cycle: ${loopText(loop)} (fleet bd dep cycles says how to break it)`);
  },
};
