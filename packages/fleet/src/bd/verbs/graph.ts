import { find } from "@fleet/store/ops/find";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { loopsIn } from "@fleet/store/loops";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { dot, layoutShape, GRAPH_LEGEND, mermaid, subgraphShape, text } from "../graph-formats.ts";
import { around, components, layout, type Subgraph } from "../graphing.ts";
import { huesOf } from "../hues.ts";
import { issueShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "graph [issue-id]",
  summary: "Show the dependency graph in layers",
  about:
    "Layer 0 waits for nothing here; each layer waits for the ones before it; issues of one layer can run side by side.",
  flags: {
    all: { type: "bool", help: "All open issues, one graph for each connected group" },
    dot: { type: "bool", help: "Graphviz DOT (pipe to: dot -Tsvg > graph.svg)" },
    mermaid: { type: "bool", help: "A Mermaid flowchart" },
    compact: { type: "bool", hidden: true, help: "The default" },
    box: { type: "bool", hidden: true, help: "The default" },
    html: { type: "bool", hidden: true, help: "Not supported" },
  },
  examples: [
    "graph fleet-a3f",
    "graph fleet-a3f --dot | dot -Tsvg > graph.svg",
    "graph --all --mermaid",
    "graph check",
  ],
  args: { max: 1 },
  errors: "stderr",
  run: show,
  subs: {
    check: {
      usage: "check",
      summary: "Check for dependency cycles; exits 1 if there are any",
      examples: ["graph check", "graph check --json"],
      args: { max: 0 },
      run: check,
    },
  },
};

async function show(ctx: Ctx, args: Args): Promise<void> {
  const [argument] = args.positionals;
  const all = args.flag("all");
  if (args.flag("html"))
    throw new Refusal("'bd graph --html' is not supported by this store", {
      hint: "fleet bd graph --mermaid, fleet bd graph --dot",
    });
  if (all && argument !== undefined) throw new Refusal("cannot specify issue ID with --all flag");
  if (!all && argument === undefined) throw new Refusal("issue ID required", { hint: "Use --all for all open issues" });
  const snapshot = ctx.snapshot();
  const format = args.flag("dot") ? "dot" : args.flag("mermaid") ? "mermaid" : "text";
  if (argument === undefined) {
    const graphs = components(snapshot);
    if (graphs.length === 0) ctx.say("No open issues found");
    else if (ctx.json) ctx.print(graphs.map(subgraphShape));
    else await draw(ctx, graphs, format);
    return;
  }
  const graph = around(snapshot, located(snapshot, argument));
  if (ctx.json) {
    const issues = graph.issues.map((issue) => issueShape(issue));
    ctx.print({ root: issueShape(graph.root), issues, layout: layoutShape(layout(graph)) });
  } else await draw(ctx, [graph], format);
}

function located(snapshot: Snapshot, argument: string): Issue {
  try {
    return find(snapshot, argument);
  } catch (error) {
    throw new Refusal(`issue '${argument}' not found`, { cause: error });
  }
}

async function draw(ctx: Ctx, graphs: readonly Subgraph[], format: "dot" | "mermaid" | "text"): Promise<void> {
  if (format === "mermaid") {
    ctx.say(mermaid(graphs));
    return;
  }
  const c = await huesOf(ctx.io);
  graphs.forEach((graph, at) => {
    ctx.say(format === "dot" ? dot(graph, layout(graph)) : text(graph, layout(graph), c));
    if (format === "text" && at < graphs.length - 1) ctx.say("─".repeat(60));
  });
  if (format === "text") ctx.say(GRAPH_LEGEND);
}

function check(ctx: Ctx): number {
  const found = loopsIn(ctx.snapshot()).map(({ ids }) => ids);
  const clean = found.length === 0;
  if (ctx.json) ctx.print({ clean, cycles: clean ? null : found, summary: { cycle_count: found.length } });
  else if (clean) ctx.say("✓ Graph integrity check passed: no dependency cycles");
  else for (const cycle of found) ctx.say(`✗ Cycle: ${[...cycle, cycle[0]].join(" → ")}`);
  return clean ? 0 : 1;
}
