import { isBlank } from "@fleet/kit/text";
import { textGiven } from "../commenting.ts";
import { Refusal } from "../errors.ts";
import { changeOne } from "../single.ts";
import { named } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "note <id> [text...]",
  summary: "Append a note to an issue",
  examples: ['note fleet-a3f "Tried without the cache: same result"'],
  flags: {
    stdin: { type: "bool", help: "Read note text from stdin" },
    file: { type: "string", help: "Read note text from file" },
  },
  args: { min: 1 },
  writes: true,
  run: async (ctx, args) => {
    const text = await textGiven(ctx, args, "note");
    if (isBlank(text)) throw new Refusal("note text is empty");
    await changeOne(ctx, args.positionals[0] ?? "", { appendNotes: text }, (issue) => `Note added to ${named(issue)}`);
  },
};
