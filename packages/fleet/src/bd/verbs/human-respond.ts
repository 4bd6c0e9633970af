import { Refusal } from "../errors.ts";
import { closeForPerson } from "../human-closing.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "respond <issue-id>",
  summary: "Answer an issue that waits for a person: a comment, and it closes",
  examples: ['human respond fleet-a3f --response "Use OAuth2"'],
  flags: { response: { type: "string", short: "r", help: "The answer (required)" } },
  args: { min: 1, max: 1 },
  writes: true,
  run: async (ctx, args) => {
    const response = args.text("response") ?? "";
    if (response.trim() === "") throw new Refusal("--response is required");
    const word = { reason: "Responded", said: `Response: ${response}`, told: "closed with response." };
    await closeForPerson(ctx, args.positionals[0] ?? "", word);
  },
};
