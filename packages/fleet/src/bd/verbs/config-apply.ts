import { readonlyRefusal } from "../context.ts";
import { apply, drifts } from "../drift.ts";
import { configOf } from "../settings.ts";
import type { Verb } from "../verb.ts";

const MARKS = { ok: "✓", applied: "✓", dry_run: "~", skipped: "–", error: "✗" } as const;

export const verb: Verb = {
  usage: "apply",
  summary: "Make what is there as the configuration says",
  about: "Makes the remote origin of the home what federation.remote says; fleet sync goes there.",
  flags: { "dry-run": { type: "bool", help: "Only show what would be done" } },
  examples: ["config apply", "config apply --dry-run"],
  run: async (ctx, args) => {
    const isDry = args.flag("dry-run");
    if (!isDry && args.flag("readonly")) throw readonlyRefusal("config apply");
    const { gitDir } = ctx.store();
    const found = drifts(gitDir, configOf(ctx.snapshot().meta));
    const how = (await ctx.act()).inside === undefined ? (isDry ? "dry" : "do") : "inside";
    const done = found.map((drift) => apply(gitDir, drift, how));
    if (ctx.json) ctx.print(done);
    else
      for (const { check, status, message, error } of done) {
        ctx.say(`  ${MARKS[status]} ${check}: ${message}`);
        if (error !== undefined) ctx.say(`      error: ${error}`);
      }
    return done.some(({ status }) => status === "error") ? 1 : 0;
  },
};
