import { addComment } from "../commenting.ts";
import { Refusal } from "../errors.ts";
import { readText } from "../texts.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "add [issue-id] [text]",
  summary: "Add a comment to an issue",
  flags: {
    file: { type: "string", short: "f", help: "Read comment text from file" },
    author: { type: "string", short: "a", help: "Author of the comment (default: the actor)" },
  },
  examples: ['comments add fleet-a3f "Half done"', "comments add fleet-a3f -f notes.txt"],
  args: { min: 1 },
  writes: true,
  run: async (ctx, args) => {
    const [id = "", text] = args.positionals;
    const file = args.text("file") ?? "";
    if (file === "" && text === undefined) throw new Refusal("comment text required (use -f to read from file)");
    await addComment(
      ctx,
      id,
      file === "" ? (text ?? "") : await readText(ctx, file, "reading file"),
      args.text("author"),
    );
  },
};
