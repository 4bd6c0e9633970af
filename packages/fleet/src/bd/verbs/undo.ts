import { lastMutation } from "@fleet/store/last-mutation";
import { undo } from "@fleet/store/ops/undo";

import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "undo",
  summary: "Undo the last change with a new commit",
  about:
    "The history keeps both; a second undo redoes the change. It refuses to undo attempts, merges of two homes and settings,\n" +
    "and names what to run instead.",
  flags: { "dry-run": { type: "bool", help: "Only show what would be undone" } },
  examples: ["undo", "undo --dry-run"],
  args: { max: 0 },
  writes: true,
  run: async (ctx, args) => {
    const act = await ctx.act();
    const { gitDir } = ctx.store();
    if (args.flag("dry-run")) {
      const snapshot = ctx.snapshot();
      const decision = undo(snapshot, act, lastMutation(gitDir, snapshot.tip));
      const { commit, subject, event, change } = decision.result;
      if (ctx.json) ctx.print({ would_undo: commit, subject });
      else ctx.say(`Would ${event} ${commit.slice(0, 10)}: ${change}`);
      return;
    }
    // Read again on each try: another process may have written meanwhile.
    const { commit, subject, event, change, issues } = await ctx.write(act, (snapshot) =>
      undo(snapshot, act, lastMutation(gitDir, snapshot.tip)),
    );
    if (ctx.json) ctx.print({ undone: commit, subject, issues: issues.map((issue) => issueShape(issue)) });
    else ctx.say(`✓ ${event === "undo" ? "Undone" : "Redone"}: ${change} (${commit.slice(0, 10)})`);
  },
};
