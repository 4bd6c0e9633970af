import { parentOf } from "@fleet/store/graph";

import { parentNamed } from "../filters.ts";
import { countDependents, countedShape } from "../shapes.ts";
import { sortedBy } from "../sort.ts";
import { huesOf } from "../hues.ts";
import { footer, treeLines } from "../tree.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "children <parent-id>",
  summary: "List child issues of a parent, closed ones too",
  examples: ["children fleet-a3f", "children fleet-a3f --json"],
  flags: { pretty: { type: "bool", hidden: true, help: "Ignored" } },
  args: { min: 1, max: 1 },
  errors: "stderr",
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const parent = parentNamed(snapshot, args.positionals[0] ?? "");
    const all = snapshot.all();
    const children = sortedBy(
      all.filter((issue) => parentOf(issue) === parent),
      undefined,
      false,
    );
    if (ctx.json) {
      const counts = countDependents(snapshot, all);
      ctx.print(children.map((child) => countedShape(child, counts)));
    } else if (children.length === 0) ctx.say(`Issue '${parent}' has no children`);
    else for (const line of [...treeLines(children, await huesOf(ctx.io)), ...footer(children)]) ctx.say(line);
  },
};
