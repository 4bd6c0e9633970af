import { Refusal } from "../errors.ts";
import { movedShape, replace, sayMoved } from "../replacing.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "duplicate <id> --of <canonical>",
  summary: "Mark an issue as a duplicate of another, and close it",
  examples: ["duplicate fleet-a3f --of fleet-b2c"],
  flags: { of: { type: "string", help: "The issue that stays (required)" } },
  args: { min: 1, max: 1 },
  errors: "text",
  writes: true,
  run: async (ctx, args) => {
    const of = args.text("of") ?? "";
    if (of === "") throw new Refusal('required flag(s) "of" not set');
    const done = await replace(ctx, { from: args.positionals[0] ?? "", to: of }, "duplicates");
    const { from, to } = done;
    if (ctx.json) ctx.print({ duplicate: from, canonical: to, status: "closed", ...movedShape(done) });
    else {
      ctx.say(`✓ Marked ${from} as duplicate of ${to} (closed)`);
      sayMoved(ctx, done);
    }
  },
};
