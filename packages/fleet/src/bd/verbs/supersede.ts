import { Refusal } from "../errors.ts";
import { movedShape, replace, sayMoved } from "../replacing.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "supersede <id> --with <new>",
  summary: "Mark an issue as superseded by another, and close it",
  examples: ["supersede fleet-a3f --with fleet-b2c"],
  flags: { with: { type: "string", help: "The issue that replaces it (required)" } },
  args: { min: 1, max: 1 },
  errors: "text",
  writes: true,
  run: async (ctx, args) => {
    const other = args.text("with") ?? "";
    if (other === "") throw new Refusal('required flag(s) "with" not set');
    const done = await replace(ctx, { from: args.positionals[0] ?? "", to: other }, "supersedes");
    const { from, to } = done;
    if (ctx.json) ctx.print({ superseded: from, replacement: to, status: "closed", ...movedShape(done) });
    else {
      ctx.say(`✓ Marked ${from} as superseded by ${to} (closed)`);
      sayMoved(ctx, done);
    }
  },
};
