import { dependents } from "@fleet/store/dependents";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import { Refusal } from "../errors.ts";
import { findOrRefuse } from "../issues.ts";
import { issueShape } from "../shapes.ts";
import { treeLine } from "../text.ts";
import type { Verb } from "../verb.ts";

interface Node {
  readonly issue: Issue;
  readonly depth: number;
  readonly parent: string;
  readonly edge: string | undefined;
  /** There is more below, which is not shown. */
  readonly truncated: boolean;
}

/** Every issue once, below the first that led to it; `all`: below each, as long as no path meets itself. */
function walk(snapshot: Snapshot, root: Issue, up: boolean, limit: number, all: boolean): Node[] {
  const nodes: Node[] = [];
  const seen = new Set<string>();
  const visit = (
    issue: Issue,
    depth: number,
    parent: string,
    edge: string | undefined,
    trail: readonly string[],
  ): void => {
    if (trail.includes(issue.id) || (!all && seen.has(issue.id))) return;
    seen.add(issue.id);
    const ends = up
      ? dependents(snapshot, issue.id)
      : (issue.dependencies ?? []).map(({ depends_on_id, type }) => ({ id: depends_on_id, type }));
    // A loose link, both ways: no tree.
    const below = ends.filter(({ type }) => type !== "relates-to");
    const cut = depth + 1 >= limit && below.length > 0;
    nodes.push({ issue, depth, parent, edge, truncated: cut });
    if (cut) return;
    for (const { id, type } of below) {
      const next = snapshot.issue(id);
      if (next !== undefined) visit(next, depth + 1, issue.id, type, [...trail, issue.id]);
    }
  };
  visit(root, 0, "", undefined, []);
  return nodes;
}

function mermaid(nodes: readonly Node[]): string {
  const name = (id: string): string => id.replaceAll(/[^A-Za-z0-9]/g, "_");
  const lines = nodes.map(({ issue }) => `  ${name(issue.id)}["${issue.id}: ${issue.title.replaceAll('"', "'")}"]`);
  const edges = nodes.flatMap(({ issue, parent }) =>
    parent === "" ? [] : [`  ${name(parent)} --> ${name(issue.id)}`],
  );
  return ["flowchart TD", ...new Set([...lines, ...edges])].join("\n");
}

const DIRECTIONS = ["down", "up", "both"];

export const verb: Verb = {
  usage: "tree [issue-id]",
  summary: "Show dependency tree",
  flags: {
    direction: {
      type: "string",
      values: DIRECTIONS,
      help: "'down' (dependencies), 'up' (dependents), or 'both'",
      default: "down",
    },
    reverse: { type: "bool", help: "Same as --direction=up" },
    "max-depth": { type: "int", short: "d", help: "Maximum depth to show", default: "50" },
    status: { type: "string", home: "status", help: "Show only issues with this status" },
    "show-all-paths": { type: "bool", help: "Show an issue below each that leads to it" },
    format: { type: "string", values: ["mermaid"], help: "'mermaid' for a flowchart" },
  },
  examples: ["dep tree fleet-a3f", "dep tree fleet-a3f --direction up"],
  args: { min: 1, max: 1 },
  run: (ctx, args) => {
    const snapshot = ctx.snapshot();
    const root = findOrRefuse(snapshot, args.positionals[0] ?? "", "resolving issue ID");
    const direction = args.text("direction") || (args.flag("reverse") ? "up" : "down");
    if (!DIRECTIONS.includes(direction)) throw new Refusal("--direction must be 'down', 'up', or 'both'");
    const depth = args.int("max-depth") ?? 50;
    if (depth < 1) throw new Refusal("--max-depth must be >= 1");
    const all = args.flag("show-all-paths");
    const up = direction === "down" ? [] : walk(snapshot, root, true, depth, all);
    const down = direction === "up" ? [] : walk(snapshot, root, false, depth, all);
    // Both: what depends on it, then itself once, then what it depends on.
    const both = direction === "both" ? [...up.slice(1), ...down] : [...up, ...down];
    const status = args.text("status") ?? "";
    const nodes = both.filter(({ issue, depth: at }) => status === "" || at === 0 || issue.status === status);
    if (args.text("format") === "mermaid") ctx.say(mermaid(nodes));
    else if (ctx.json || args.text("format") === "json") {
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
  },
};
