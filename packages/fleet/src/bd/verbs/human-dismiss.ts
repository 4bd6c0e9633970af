import { closeForPerson } from "../human-closing.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "dismiss <issue-id>",
  summary: "Close an issue that waits for a person without an answer",
  examples: ["human dismiss fleet-a3f", 'human dismiss fleet-a3f --reason "No longer applies"'],
  flags: { reason: { type: "string", help: "Why" } },
  args: { min: 1, max: 1 },
  writes: true,
  run: async (ctx, args) => {
    const why = args.text("reason") ?? "";
    const reason = why === "" ? "Dismissed" : `Dismissed: ${why}`;
    await closeForPerson(ctx, args.positionals[0] ?? "", { reason, told: "dismissed." });
  },
};
