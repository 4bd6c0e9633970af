import { addComment, textGiven } from "../commenting.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "comment <id> [text...]",
  summary: "Add a comment to an issue",
  flags: {
    stdin: { type: "bool", help: "Read comment text from stdin" },
    file: { type: "string", help: "Read comment text from file" },
    // Not a flag of bd's, but beads-ui uses it.
    author: { type: "string", help: "Author of the comment (default: the actor)" },
  },
  examples: ['comment fleet-a3f "The fix needs a migration"', "comment fleet-a3f --stdin < notes.md"],
  args: { min: 1 },
  writes: true,
  run: async (ctx, args) =>
    await addComment(ctx, args.positionals[0] ?? "", await textGiven(ctx, args, "comment"), args.text("author")),
};
