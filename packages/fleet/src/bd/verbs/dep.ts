import { addEdge, removeEdge } from "@fleet/store/ops/edges";
import { EDGE_TYPES } from "@fleet/store/status";
import { loopsIn } from "@fleet/store/loops";
import { weakest } from "@fleet/store/waits";

import type { Args } from "../args.ts";
import { type Ctx, readonlyRefusal } from "../context.ts";
import { list } from "../dep-list.ts";
import { mermaid, walk } from "../dep-tree.ts";
import { Refusal } from "../errors.ts";
import { statusesGiven } from "../filters.ts";
import { findOrRefuse } from "../issues.ts";
import { issueShape } from "../shapes.ts";
import { inParens, treeLine } from "../text.ts";
import type { Flags, Verb } from "../verb.ts";

const NO_CYCLE_CHECK: Flags = {
  "no-cycle-check": { type: "bool", hidden: true, help: "Accepted; cycles are always refused" },
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
  run: addByFlag,
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
      run: add,
    },
    remove: {
      aliases: ["rm"],
      usage: "remove [issue-id] [depends-on-id]",
      summary: "Remove a dependency",
      examples: ["dep remove fleet-a3f fleet-b2c"],
      args: { min: 2, max: 2 },
      writes: true,
      run: remove,
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
        "show-all-paths": { type: "bool", help: "Show an issue below each that leads to it" },
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
      run: listCycles,
    },
    relate: {
      usage: "relate <id1> <id2>",
      summary: "Link two issues as related, both ways",
      examples: ["dep relate fleet-a3f fleet-b2c"],
      args: { min: 2, max: 2 },
      writes: true,
      run: (ctx, args) => relate(ctx, args, "related"),
    },
    unrelate: {
      usage: "unrelate <id1> <id2>",
      summary: "Remove a link that relate made",
      examples: ["dep unrelate fleet-a3f fleet-b2c"],
      args: { min: 2, max: 2 },
      writes: true,
      run: (ctx, args) => relate(ctx, args, "unrelated"),
    },
  },
};

/** `dep Y --blocks X`, `dep X --blocked-by Y`. */
async function addByFlag(ctx: Ctx, args: Args): Promise<number> {
  const [id] = args.positionals;
  const blocks = args.text("blocks") ?? "";
  const by = args.text("blocked-by") || args.text("depends-on") || "";
  if (blocks === "" && by === "") {
    const { helpText } = await import("../help.ts");
    ctx.sink.text(helpText("dep", verb, []));
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
}

async function add(ctx: Ctx, args: Args): Promise<number> {
  const { addFile, addOne } = await import("../adding-edges.ts");
  const type = args.text("type") ?? "blocks";
  const file = args.text("file") ?? "";
  if (file !== "") {
    if (args.positionals.length > 0) throw new Refusal("--file cannot be used with positional issue IDs");
    return await addFile(ctx, file, type);
  }
  const [from, to] = endsGiven(args);
  const act = await ctx.act();
  const edge = await addOne(ctx, act, from, to, type);
  if (ctx.json) ctx.print({ status: "added", issue_id: edge.from.id, depends_on_id: edge.toId, type });
  else {
    const target = edge.to === undefined ? edge.toId : inParens(edge.to);
    ctx.say(`✓ Added dependency: ${inParens(edge.from)} depends on ${target} (${type})`);
  }
  return 0;
}

function endsGiven(args: Args): readonly [from: string, to: string] {
  const flag = args.text("blocked-by") || args.text("depends-on") || "";
  const [from, to] = args.positionals;
  const count = args.positionals.length;
  if (flag !== "" && count > 1)
    throw new Refusal("cannot use both positional depends-on-id and --blocked-by/--depends-on flag");
  if (from === undefined || (flag === "" && (to === undefined || count > 2)))
    throw new Refusal(`requires 2 arg(s), only received ${count} (or use --blocked-by/--depends-on flag)`);
  return [from, flag === "" ? (to ?? "") : flag];
}

async function remove(ctx: Ctx, args: Args): Promise<void> {
  const [from = "", to = ""] = args.positionals;
  const act = await ctx.act();
  const edge = await ctx.write(act, (snapshot) => removeEdge(snapshot, act, { from, to }));
  const { id } = edge.from;
  // What was asked for is so; but whoever mixed up the two wants the other edge gone, and that one still holds.
  if (!edge.isThere && edge.to?.dependencies?.some((other) => other.depends_on_id === id) === true)
    throw new Refusal(`${id} does not depend on ${edge.toId}; ${edge.toId} depends on ${id}`, {
      hint: `fleet bd dep remove ${edge.toId} ${id}`,
    });
  const status = edge.isThere ? "removed" : "absent";
  if (ctx.json) ctx.print({ status, issue_id: id, depends_on_id: edge.toId });
  else {
    const target = edge.to === undefined ? edge.toId : inParens(edge.to);
    if (edge.isThere) ctx.say(`✓ Removed dependency: ${inParens(edge.from)} no longer depends on ${target}`);
    else ctx.say(`${inParens(edge.from)} does not depend on ${target}: nothing to remove`);
  }
}

function tree(ctx: Ctx, args: Args): void {
  const snapshot = ctx.snapshot();
  const root = findOrRefuse(snapshot, args.positionals[0] ?? "", "resolving issue ID");
  const direction = args.text("direction") || (args.flag("reverse") ? "up" : "down");
  if (direction !== "down" && direction !== "up" && direction !== "both")
    throw new Refusal("--direction must be 'down', 'up', or 'both'");
  const depth = args.number("max-depth") ?? 50;
  const all = args.flag("show-all-paths");
  const up = direction === "down" ? [] : walk(snapshot, root, { up: true, depth, all });
  const down = direction === "up" ? [] : walk(snapshot, root, { up: false, depth, all });
  // Both: what depends on it, then itself once, then what it depends on.
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
    ctx.say(`\n🌲 ${direction === "up" ? "Dependent" : "Dependency"} tree for ${root.id}:\n`);
    for (const { issue, depth: at, edge, truncated } of nodes) {
      const kind = edge === undefined || edge === "blocks" ? "" : ` (${edge})`;
      ctx.say(`${"  ".repeat(at)}${at === 0 ? "" : "└── "}${treeLine(issue)}${kind}${truncated ? " …" : ""}`);
    }
  }
}

function listCycles(ctx: Ctx): void {
  const snapshot = ctx.snapshot();
  const loops = loopsIn(snapshot);
  const found = loops.map(({ ids }) => ids.flatMap((id) => snapshot.issue(id) ?? []));
  if (ctx.json) ctx.print(found.map((cycle) => cycle.map((issue) => issueShape(issue))));
  else if (found.length === 0) ctx.say("\n✓ No dependency cycles detected\n");
  else {
    ctx.say(`\n⚠ Found ${found.length} dependency cycles:\n`);
    found.forEach((cycle, at) => {
      ctx.say(`${at + 1}. Cycle involving:`);
      for (const issue of cycle) ctx.say(`   - ${issue.id}: ${issue.title}`);
    });
    const commands = loops.flatMap((loop) => weakest(loop, (id) => snapshot.issue(id)) ?? []);
    ctx.say("\nTo break them:");
    for (const { from, to } of commands) ctx.say(`  fleet bd dep remove ${from} ${to}`);
  }
}

/** One link, there and back. */
async function relate(ctx: Ctx, args: Args, doing: "related" | "unrelated"): Promise<void> {
  const snapshot = ctx.snapshot();
  const one = findOrRefuse(snapshot, args.positionals[0] ?? "").id;
  const other = findOrRefuse(snapshot, args.positionals[1] ?? "").id;
  const act = await ctx.act();
  const ends = [
    { from: one, to: other },
    { from: other, to: one },
  ];
  if (doing === "related")
    for (const edge of ends) await ctx.write(act, (now) => addEdge(now, act, { ...edge, type: "relates-to" }));
  else {
    const gone = [];
    for (const edge of ends)
      gone.push(await ctx.write(act, (now) => removeEdge(now, act, { ...edge, types: ["relates-to", "related"] })));
    if (!gone.some(({ isThere }) => isThere)) {
      if (ctx.json) ctx.print({ id1: one, id2: other, unrelated: false });
      else ctx.say(`${one} and ${other} are not linked as related: nothing to remove`);
      return;
    }
  }
  if (ctx.json) ctx.print({ id1: one, id2: other, [doing]: true });
  else ctx.say(`✓ ${doing === "related" ? "Linked" : "Unlinked"} ${one} ↔ ${other}`);
}
