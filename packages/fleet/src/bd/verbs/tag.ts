import { changeOne } from "../single.ts";
import { named } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "tag <id> <label>",
  summary: "Add a label to an issue",
  examples: ["tag fleet-a3f urgent"],
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [id = "", label = ""] = args.positionals;
    await changeOne(
      ctx,
      id,
      { addLabels: [label] },
      (issue) => `Added label ${JSON.stringify(label)} to ${named(issue)}`,
    );
  },
};
