import { PRIORITIES } from "@fleet/store/status";

import { priorityGiven } from "../filters.ts";
import { changeOne } from "../single.ts";
import { named } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "priority <id> <n>",
  summary: "Set the priority of an issue",
  examples: ["priority fleet-a3f 1"],
  choices: { n: PRIORITIES },
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [id = "", written = ""] = args.positionals;
    const priority = priorityGiven(written);
    await changeOne(ctx, id, { priority }, (issue) => `Set priority of ${named(issue)} to P${priority}`);
  },
};
