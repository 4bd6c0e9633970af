import { Graph } from "@fleet/store/graph";
import { holdText } from "@fleet/store/holds";
import type { Issue } from "@fleet/store/issue";

import { descendants, filterId } from "../filters.ts";
import { heldIssues, holdOfIssue } from "../held.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "blocked",
  summary: "Show blocked issues",
  about: "Issues that another one holds up, not those of status blocked (bd list --status blocked).",
  flags: { parent: { type: "string", help: "Filter to descendants of this issue" } },
  examples: ["blocked --json"],
  run: (ctx, args) => {
    const snapshot = ctx.snapshot();
    const graph = new Graph(snapshot);
    const parent = args.text("parent") ?? "";
    const below = parent === "" ? undefined : descendants(snapshot.live.values(), filterId(snapshot, parent));
    const blocked = graph.blocked().filter(({ id }) => below === undefined || below.has(id));
    const held = heldIssues(ctx, snapshot).filter(({ id }) => below === undefined || below.has(id));
    const why = (issue: Issue): string => holdText(issue.id, holdOfIssue(ctx, issue));
    if (ctx.json) {
      ctx.print([
        ...blocked.map((issue) => {
          const by = graph.blockedBy(issue);
          return { ...issueShape(issue), blocked_by_count: by.length, blocked_by: by };
        }),
        ...held.map((issue) => ({ ...issueShape(issue), blocked_by_count: 0, blocked_by: [], hold: why(issue) })),
      ]);
      return;
    }
    ctx.say(
      blocked.length + held.length === 0
        ? "\n✨ No blocked issues\n"
        : `\n🚫 Blocked issues (${blocked.length + held.length}):\n`,
    );
    for (const issue of blocked) {
      const by = graph.blockedBy(issue);
      ctx.say(`[● P${issue.priority}] ${issue.id}: ${issue.title}`);
      ctx.say(`  Blocked by ${by.length} open dependencies: [${by.join(" ")}]\n`);
    }
    for (const issue of held) {
      ctx.say(`[● P${issue.priority}] ${issue.id}: ${issue.title}`);
      ctx.say(`  Held: ${why(issue)}\n`);
    }
  },
};
