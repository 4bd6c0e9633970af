import { changeOne } from "../single.ts";
import { named } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "assign <id> <name>",
  summary: "Assign an issue to someone (an empty name clears it)",
  examples: ["assign fleet-a3f ann", 'assign fleet-a3f ""'],
  args: { min: 2, max: 2 },
  writes: true,
  run: async (ctx, args) => {
    const [id = "", assignee = ""] = args.positionals;
    await changeOne(ctx, id, { assignee }, (issue) =>
      assignee === "" ? `Unassigned ${named(issue)}` : `Assigned ${named(issue)} to ${assignee}`,
    );
  },
};
