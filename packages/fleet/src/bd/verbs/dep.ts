import { addEdge } from "@fleet/store/ops/edges";

import { readonlyRefusal } from "../context.ts";
import { Refusal } from "../errors.ts";
import { findOrRefuse } from "../issues.ts";
import { inParens } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "dep [issue-id]",
  summary: "Manage dependencies between issues",
  about: "bd dep add X Y: X depends on Y. bd dep Y --blocks X says the same.",
  flags: {
    blocks: { type: "string", short: "b", help: "Issue that this issue blocks" },
    "blocked-by": { type: "string", help: "Issue that blocks this issue" },
    "depends-on": { type: "string", help: "Alias for --blocked-by" },
    "no-cycle-check": { type: "bool", hidden: true, help: "Accepted; cycles are always refused" },
  },
  examples: ["dep add fleet-a3f fleet-b2c", "dep fleet-b2c --blocks fleet-a3f", "dep tree fleet-a3f"],
  args: { max: 1 },
  subs: {
    add: { summary: "Add a dependency", load: () => import("./dep-add.ts") },
    remove: { aliases: ["rm"], summary: "Remove a dependency", load: () => import("./dep-remove.ts") },
    list: { summary: "List dependencies or dependents", load: () => import("./dep-list.ts") },
    tree: { summary: "Show dependency tree", load: () => import("./dep-tree.ts") },
    cycles: { summary: "Detect dependency cycles", load: () => import("./dep-cycles.ts") },
    relate: { summary: "Link two issues as related, both ways", load: () => import("./relate.ts") },
    unrelate: { summary: "Remove such a link", load: () => import("./unrelate.ts") },
  },
  run: async (ctx, args) => {
    const [id] = args.positionals;
    const blocks = args.text("blocks") ?? "";
    const by = args.text("blocked-by") || args.text("depends-on") || "";
    if (blocks === "" && by === "") {
      const { helpText } = await import("../help.ts");
      ctx.io.out(helpText("dep", verb, []));
      return 0;
    }
    if (id === undefined) throw new Refusal("--blocks requires exactly one issue ID argument");
    if (args.flag("readonly")) throw readonlyRefusal("dep --blocks");
    const snapshot = ctx.snapshot();
    const blocked = findOrRefuse(snapshot, blocks === "" ? id : blocks, "resolving issue ID");
    const blocker = findOrRefuse(snapshot, blocks === "" ? by : id, "resolving issue ID");
    const act = await ctx.act();
    await ctx.write(act, (now) => addEdge(now, act, { from: blocked.id, to: blocker.id, type: "blocks" }));
    if (ctx.json) ctx.print({ status: "added", blocker_id: blocker.id, blocked_id: blocked.id, type: "blocks" });
    else ctx.say(`✓ Added dependency: ${inParens(blocker)} blocks ${inParens(blocked)}`);
    return 0;
  },
};
