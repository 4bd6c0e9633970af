import { wholeSeconds } from "@fleet/store/time";

import { filterId } from "../filters.ts";
import { Refusal } from "../errors.ts";
import { huesOf } from "../hues.ts";
import { issueShape } from "../shapes.ts";
import { treeLine } from "../text.ts";
import type { Verb } from "../verb.ts";
import { versions } from "../versions.ts";

export const verb: Verb = {
  usage: "history <id>",
  summary: "Show the history of an issue, from git",
  flags: { limit: { type: "int", min: 0, help: "Limit number of entries (0 = all)", default: "0" } },
  examples: ["history fleet-a3f", "history fleet-a3f --json"],
  args: { min: 1, max: 1 },
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const argument = args.positionals[0] ?? "";
    // A deleted issue still has a history, by its whole id.
    const id = snapshot.line(argument)?.id ?? filterId(snapshot, argument);
    const all = versions(ctx.store().gitDir, id);
    if (all.length === 0) throw new Refusal(`no history found for issue ${argument}`, { hint: "fleet bd list --all" });
    const limit = args.number("limit") ?? 0;
    const shown = limit > 0 ? all.slice(0, limit) : all;
    if (ctx.json) {
      ctx.print(
        shown.map(({ commit, author, date, issue }) => ({
          CommitHash: commit,
          Committer: author,
          CommitDate: wholeSeconds(date),
          Issue: issueShape(issue),
        })),
      );
      return;
    }
    const c = await huesOf(ctx.io);
    ctx.say(`\n📜 ${c.bold(`History for ${id} (${shown.length} entries)`)}\n`);
    for (const { commit, author, date, subject, issue } of shown) {
      ctx.say(`${c.yellow(commit.slice(0, 8))} ${c.dim(`${wholeSeconds(date)} ${author}:`)} ${subject}`);
      ctx.say(`  ${treeLine(issue, c)}\n`);
    }
  },
};
