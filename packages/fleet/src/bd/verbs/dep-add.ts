import type { Act } from "@fleet/store/decision";
import { addEdge, type EdgeResult } from "@fleet/store/ops/edges";
import { EDGE_TYPES } from "@fleet/store/status";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal, worded } from "../errors.ts";
import { inParens } from "../text.ts";
import { readText } from "../texts.ts";
import type { Verb } from "../verb.ts";

const EXTERNAL = /^external:[^:]+:[^:]+$/;

/** Adds one edge; shared with `link`. */
export async function addOne(ctx: Ctx, act: Act, from: string, to: string, type: string): Promise<EdgeResult> {
  if (to.startsWith("external:") && !EXTERNAL.test(to))
    throw new Refusal(`invalid external reference ${JSON.stringify(to)} (expected external:<project>:<capability>)`);
  return await ctx.write(act, (snapshot) => addEdge(snapshot, act, { from, to, type }));
}

interface Line {
  readonly from: string;
  readonly to: string;
  readonly type: string;
}

const textOf = (value: object, ...names: readonly string[]): string => {
  const found = Object.entries(value).find(
    ([name, text]) => names.includes(name) && typeof text === "string" && text.trim() !== "",
  );
  return typeof found?.[1] === "string" ? found[1].trim() : "";
};

function linesOf(text: string, preset: string): Line[] {
  const lines: Line[] = [];
  const troubles: string[] = [];
  text.split("\n").forEach((raw, index) => {
    if (raw.trim() === "") return;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch (error) {
      troubles.push(`line ${index + 1}: invalid JSON: ${worded(error).message}`);
      return;
    }
    if (typeof value !== "object" || value === null) {
      troubles.push(`line ${index + 1}: invalid JSON: not an object`);
      return;
    }
    const line = {
      from: textOf(value, "from", "issue_id"),
      to: textOf(value, "to", "depends_on_id"),
      type: textOf(value, "type") || preset,
    };
    if (line.from === "") troubles.push(`line ${index + 1}: missing from`);
    else if (line.to === "") troubles.push(`line ${index + 1}: missing to`);
    else lines.push(line);
  });
  if (troubles.length > 0) throw new Refusal(`bulk dependency validation failed:\n  ${troubles.join("\n  ")}`);
  if (lines.length === 0) throw new Refusal("no dependency edges found");
  return lines;
}

async function addFile(ctx: Ctx, file: string, type: string): Promise<void> {
  const lines = linesOf(await readText(ctx, file, "open dependency file"), type);
  const act = await ctx.act();
  const added = [];
  for (const line of lines) added.push(await addOne(ctx, act, line.from, line.to, line.type));
  if (ctx.json) {
    const dependencies = added.map((edge) => ({ issue_id: edge.from.id, depends_on_id: edge.toId, type: edge.type }));
    ctx.print({ status: "added", count: added.length, dependencies });
  } else ctx.say(`✓ Added ${added.length} dependencies`);
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

export const verb: Verb = {
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
    "no-cycle-check": { type: "bool", hidden: true, help: "Accepted; cycles are always refused" },
  },
  examples: ["dep add fleet-a3f fleet-b2c", "dep add fleet-a3f fleet-b2c --type discovered-from"],
  writes: true,
  run: async (ctx, args) => {
    const type = args.text("type") ?? "blocks";
    const file = args.text("file") ?? "";
    if (file !== "") {
      if (args.positionals.length > 0) throw new Refusal("--file cannot be used with positional issue IDs");
      await addFile(ctx, file, type);
      return;
    }
    const [from, to] = endsGiven(args);
    const act = await ctx.act();
    const edge = await addOne(ctx, act, from, to, type);
    if (ctx.json) ctx.print({ status: "added", issue_id: edge.from.id, depends_on_id: edge.toId, type });
    else {
      const target = edge.to === undefined ? edge.toId : inParens(edge.to);
      ctx.say(`✓ Added dependency: ${inParens(edge.from)} depends on ${target} (${type})`);
    }
  },
};
