import { Graph } from "@fleet/store/graph";
import { isLive } from "@fleet/store/issue";
import { EDGE_TYPES } from "@fleet/store/status";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import type * as Changing from "../dep-change.ts";
import { list } from "../dep-list.ts";
import { mermaid, nodeLine, walk } from "../dep-tree.ts";
import { Refusal } from "../errors.ts";
import { statusesGiven } from "../filters.ts";
import { huesOf } from "../hues.ts";
import { findOrRefuse } from "../issues.ts";
import { issueShape } from "../shapes.ts";
import type { Flags, Verb } from "../verb.ts";

/** The writing half, which `list` and `tree` don't load. */
const changing = async (): Promise<typeof Changing> => await import("../dep-change.ts");

const NO_CYCLE_CHECK: Flags = {
  "no-cycle-check": { type: "bool", hidden: true, help: "Ignored: cycles are always refused" },
};

export const verb: Verb = {
  usage: "dep [issue-id]",
  summary: "Manage dependencies between issues",
  about: "bd dep add X Y: X depends on Y. bd dep Y --blocks X says the same.",
  flags: {
    blocks: { type: "string", short: "b", help: "Issue that this issue blocks" },
    "blocked-by": { type: "string", help: "Issue that blocks this issue" },
    "depends-on": { type: "string", help: "Alias for --blocked-by" },
    ...NO_CYCLE_CHECK,
  },
  examples: ["dep add fleet-a3f fleet-b2c", "dep fleet-b2c --blocks fleet-a3f", "dep tree fleet-a3f"],
  args: { max: 1 },
  run: async (ctx, args) => {
    if (["blocks", "blocked-by", "depends-on"].some((name) => (args.text(name) ?? "") !== ""))
      return await (await changing()).addByFlag(ctx, args);
    const [{ helpText }, { terminalWidth }] = await Promise.all([import("../help.ts"), import("@fleet/kit/width")]);
    ctx.sink.text(helpText("dep", verb, [], terminalWidth(ctx.io)));
    return 0;
  },
  subs: {
    add: {
      usage: "add [issue-id] [depends-on-id]",
      summary: "Add a dependency: the first issue depends on the second",
      flags: {
        type: {
          type: "string",
          values: EDGE_TYPES,
          short: "t",
          help: "Dependency type (blocks, related, parent-child, discovered-from, …)",
          default: "blocks",
        },
        "blocked-by": { type: "string", help: "Issue that blocks the first (alternative to positional arg)" },
        "depends-on": { type: "string", help: "Alias for --blocked-by" },
        file: { type: "string", help: 'Read edges from a JSONL file ({"from":…,"to":…}), or \'-\' for stdin' },
        ...NO_CYCLE_CHECK,
      },
      examples: ["dep add fleet-a3f fleet-b2c", "dep add fleet-a3f fleet-b2c --type discovered-from"],
      writes: true,
      run: async (ctx, args) => await (await changing()).add(ctx, args),
    },
    remove: {
      aliases: ["rm"],
      usage: "remove [issue-id] [depends-on-id]",
      summary: "Remove a dependency",
      examples: ["dep remove fleet-a3f fleet-b2c"],
      args: { min: 2, max: 2 },
      writes: true,
      run: async (ctx, args) => await (await changing()).remove(ctx, args),
    },
    list: {
      usage: "list [issue-id...]",
      summary: "List dependencies or dependents of one or more issues",
      flags: {
        direction: {
          type: "string",
          values: ["down", "up"],
          help: "'down' (dependencies) or 'up' (dependents)",
          default: "down",
        },
        type: { type: "string", values: EDGE_TYPES, short: "t", help: "Filter by dependency type" },
      },
      examples: ["dep list fleet-a3f", "dep list fleet-a3f --direction up --json"],
      args: { min: 1 },
      run: list,
    },
    tree: {
      usage: "tree [issue-id]",
      summary: "Show dependency tree",
      flags: {
        direction: {
          type: "string",
          values: ["down", "up", "both"],
          help: "'down' (dependencies), 'up' (dependents), or 'both'",
          default: "down",
        },
        reverse: { type: "bool", help: "Same as --direction=up" },
        "max-depth": { type: "int", min: 1, short: "d", help: "Maximum depth to show", default: "50" },
        status: { type: "string", home: "status", help: "Show only issues with this status" },
        "show-all-paths": { type: "bool", help: "Show an issue on every path that leads to it" },
        format: { type: "string", values: ["mermaid"], help: "'mermaid' for a flowchart" },
      },
      examples: ["dep tree fleet-a3f", "dep tree fleet-a3f --direction up"],
      args: { min: 1, max: 1 },
      run: tree,
    },
    cycles: {
      usage: "cycles",
      summary: "Detect dependency cycles",
      examples: ["dep cycles", "dep cycles --json"],
      run: async (ctx) => {
        const { listCycles } = await import("../dep-cycles.ts");
        listCycles(ctx);
      },
    },
    relate: {
      usage: "relate <id1> <id2>",
      summary: "Link two issues as related, both ways",
      examples: ["dep relate fleet-a3f fleet-b2c"],
      args: { min: 2, max: 2 },
      writes: true,
      run: async (ctx, args) => await (await changing()).relate(ctx, args, "related"),
    },
    unrelate: {
      usage: "unrelate <id1> <id2>",
      summary: "Remove a link made by relate",
      examples: ["dep unrelate fleet-a3f fleet-b2c"],
      args: { min: 2, max: 2 },
      writes: true,
      run: async (ctx, args) => await (await changing()).relate(ctx, args, "unrelated"),
    },
  },
};

async function tree(ctx: Ctx, args: Args): Promise<void> {
  const snapshot = ctx.snapshot();
  const root = findOrRefuse(snapshot, args.positionals[0] ?? "", "resolving issue ID");
  const direction = args.text("direction") || (args.flag("reverse") ? "up" : "down");
  if (direction !== "down" && direction !== "up" && direction !== "both")
    throw new Refusal("--direction must be 'down', 'up', or 'both'");
  const depth = args.number("max-depth") ?? 50;
  const all = args.flag("show-all-paths");
  const up = direction === "down" ? [] : walk(snapshot, root, { up: true, depth, all });
  const down = direction === "up" ? [] : walk(snapshot, root, { up: false, depth, all });
  // Both directions: dependents, the issue once, dependencies.
  const both = direction === "both" ? [...up.slice(1), ...down] : [...up, ...down];
  const status = args.text("status") ?? "";
  const statuses = status === "" ? undefined : statusesGiven(snapshot.meta, status);
  const format = args.text("format") ?? "";
  if (!["", "mermaid", "json"].includes(format))
    throw new Refusal(`invalid --format ${JSON.stringify(format)} (valid: mermaid, json)`);
  const nodes = both.filter(({ issue, depth: at }) => at === 0 || statuses?.includes(issue.status) !== false);
  if (format === "mermaid") ctx.say(mermaid(nodes));
  else if (ctx.json || format === "json") {
    ctx.print(
      nodes.map(({ issue, depth: at, parent, edge, truncated }) => ({
        ...issueShape(issue),
        depth: at,
        parent_id: parent,
        ...(edge === undefined ? {} : { edge_from_parent: edge }),
        truncated,
      })),
    );
  } else {
    const c = await huesOf(ctx.io);
    const graph = new Graph(snapshot);
    ctx.say(`\n🌲 ${c.bold(`${direction === "up" ? "Dependent" : "Dependency"} tree for ${root.id}:`)}\n`);
    for (const node of nodes) ctx.say(nodeLine(node, isLive(node.issue) && graph.blockedBy(node.issue).length > 0, c));
  }
}
