import { tallyOf } from "@fleet/store/closed-parts";
import { parentOf } from "@fleet/store/graph";
import { byCodeUnit } from "@fleet/store/shard";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { findOrRefuse } from "../issues.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "label",
  summary: "Manage issue labels",
  examples: ["label add fleet-a3f urgent", "label list fleet-a3f --json"],
  subs: {
    add: {
      usage: "add [issue-id...] [label]",
      summary: "Add a label to one or more issues",
      examples: ["label add fleet-a3f fleet-b2c urgent"],
      args: { min: 2 },
      writes: true,
      run: (ctx, args) => change(ctx, args, "added"),
    },
    remove: {
      aliases: ["rm"],
      usage: "remove [issue-id...] [label]",
      summary: "Remove a label from one or more issues",
      examples: ["label remove fleet-a3f fleet-b2c urgent"],
      args: { min: 2 },
      writes: true,
      run: (ctx, args) => change(ctx, args, "removed"),
    },
    list: {
      usage: "list [issue-id]",
      summary: "List labels for an issue",
      examples: ["label list fleet-a3f"],
      args: { min: 1, max: 1 },
      run: list,
    },
    "list-all": {
      usage: "list-all",
      summary: "List all labels in use",
      examples: ["label list-all", "label list-all --json"],
      run: listAll,
    },
    propagate: {
      usage: "propagate [parent-id] [label]",
      summary: "Add a label to all children of an issue",
      examples: ["label propagate fleet-a3f urgent"],
      args: { min: 2, max: 2 },
      writes: true,
      run: propagate,
    },
  },
};

async function change(ctx: Ctx, args: Args, doing: "added" | "removed"): Promise<number> {
  const { label } = await import("../labelling.ts");
  return await label(ctx, args.positionals.slice(0, -1), args.positionals.at(-1) ?? "", doing);
}

function list(ctx: Ctx, args: Args): void {
  const issue = findOrRefuse(ctx.snapshot(), args.positionals[0] ?? "");
  const labels = [...(issue.labels ?? [])].sort(byCodeUnit);
  if (ctx.json) ctx.print(labels);
  else if (labels.length === 0) ctx.say(`\n${issue.id} has no labels`);
  else ctx.say(`\n🏷 Labels for ${issue.id}:\n${labels.map((name) => `  - ${name}\n`).join("")}`);
}

function listAll(ctx: Ctx): void {
  const snapshot = ctx.snapshot();
  const counts = new Map(tallyOf(snapshot.closedParts(), "label"));
  for (const issue of snapshot.live.values())
    for (const name of issue.labels ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  const rows = [...counts].flatMap(([name, count]) => (name === null ? [] : [[name, count] as const]));
  rows.sort(([a], [b]) => byCodeUnit(a, b));
  if (ctx.json) ctx.print(rows.map(([label, count]) => ({ label, count })));
  else if (rows.length === 0) ctx.say("\nNo labels found");
  else
    ctx.say(
      `\n🏷 All labels (${rows.length} unique):\n${rows.map(([name, count]) => `  ${name}  (${count} issues)\n`).join("")}`,
    );
}

async function propagate(ctx: Ctx, args: Args): Promise<number> {
  const [argument = "", name = ""] = args.positionals;
  const snapshot = ctx.snapshot();
  const parent = findOrRefuse(snapshot, argument);
  const children = [...snapshot.live.values()].filter((issue) => parentOf(issue) === parent.id);
  const { label } = await import("../labelling.ts");
  return await label(
    ctx,
    children.map(({ id }) => id),
    name,
    "added",
  );
}
