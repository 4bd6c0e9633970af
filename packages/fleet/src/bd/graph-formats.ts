/** The output of `bd graph`: a tree by layers, Graphviz DOT, Mermaid, JSON. */
import { own } from "@fleet/kit/own";
import type { Issue } from "@fleet/store/issue";
import { type EdgeType, PARENT, statusIcon } from "@fleet/store/status";

import type { Colours } from "../cli/style.ts";
import type { Layout, Subgraph } from "./graphing.ts";
import { edgeShape, issueShape, type Shape } from "./shapes.ts";
import { brief, LEGEND, treeLine } from "./text.ts";

/** The legend. */
export const GRAPH_LEGEND = `  ${LEGEND}   A ← B: A waits for B`;

export function text(graph: Subgraph, { root, nodes, layers }: Layout, c: Colours): string {
  const children = new Map<string, string[]>();
  for (const { issue_id: child, depends_on_id: parent, type } of graph.edges)
    if (type === PARENT) children.set(parent, [...(children.get(parent) ?? []), child]);
  const about = `Dependency graph for ${root} (${nodes.size} issues, ${layers.length} layers)`;
  const lines = [`\n📊 ${c.bold(about)}\n`];
  const line = (id: string): string => {
    const node = nodes.get(id);
    const waits = (node?.dependsOn.length ?? 0) === 0 ? "" : `  ← ${node?.dependsOn.join(", ")}`;
    return node === undefined ? id : `${treeLine(node.issue, c)}${c.dim(waits)}`;
  };
  layers.forEach((layer, at) => {
    const isReady = at === 0 && layer.every((id) => nodes.get(id)?.issue.status === "open");
    lines.push(c.dim(`  LAYER ${at}${isReady ? " (ready)" : ""}`));
    layer.forEach((id, index) => {
      const below = children.get(id)?.length ?? 0;
      lines.push(
        `  ${index === layer.length - 1 ? "└── " : "├── "}${line(id)}${below === 0 ? "" : `  (${below} below)`}`,
      );
    });
    lines.push("");
  });
  return lines.join("\n");
}

const drawn = (type: EdgeType): boolean => type === "blocks" || type === PARENT;
const inQuotes = (value: string): string => value.replaceAll("\\", "\\\\").replaceAll('"', String.raw`\"`);

const COLOURS: Readonly<Record<string, readonly [fill: string, font: string]>> = {
  open: ["#e8f4fd", "#1a1a1a"],
  in_progress: ["#fff3cd", "#664d03"],
  blocked: ["#f8d7da", "#842029"],
  closed: ["#d4edda", "#888888"],
};

function dotNode(issue: Issue): string {
  const [fill, font] = own(COLOURS, issue.status) ?? ["#e2e3e5", "#41464b"];
  const label = `${statusIcon(issue.status)} ${inQuotes(issue.id)}\\nP${issue.priority} | ${inQuotes(brief(issue.title, 40))}`;
  return `    "${inQuotes(issue.id)}" [label="${label}", fillcolor="${fill}", fontcolor="${font}"];`;
}

export function dot({ edges }: Subgraph, { nodes, layers }: Layout): string {
  const lines = [
    "digraph beads {",
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    '  edge [color="#666666"];',
    "",
  ];
  layers.forEach((layer, at) => {
    lines.push(`  subgraph cluster_layer_${at} {`, "    style=invis;", "    rank=same;");
    for (const id of layer) {
      const node = nodes.get(id);
      if (node !== undefined) lines.push(dotNode(node.issue));
    }
    lines.push("  }");
  });
  lines.push("");
  for (const { issue_id: from, depends_on_id: to, type } of edges.filter((edge) => drawn(edge.type))) {
    const style =
      type === PARENT ? ' [style=dashed, arrowhead=empty, color="#999999"]' : " [style=solid, arrowhead=normal]";
    lines.push(`  "${inQuotes(to)}" -> "${inQuotes(from)}"${style};`);
  }
  return [...lines, "}"].join("\n");
}

export function mermaid(graphs: readonly Subgraph[]): string {
  const lines = ["flowchart LR"];
  const names = new Map<string, string>();
  for (const { issues } of graphs) {
    for (const issue of issues) {
      const name = `n${names.size}`;
      names.set(issue.id, name);
      const label = `${issue.id}: ${brief(issue.title, 60)}`.replaceAll('"', "#quot;");
      lines.push(`  ${name}["${label}"]${own(COLOURS, issue.status) === undefined ? "" : `:::${issue.status}`}`);
    }
  }
  for (const { edges } of graphs)
    for (const { issue_id: from, depends_on_id: to, type } of edges.filter((edge) => drawn(edge.type)))
      lines.push(`  ${names.get(to)} ${type === PARENT ? "-.->" : "-->"} ${names.get(from)}`);
  for (const [status, [fill, font]] of Object.entries(COLOURS))
    lines.push(`  classDef ${status} fill:${fill},color:${font}`);
  return lines.join("\n");
}

export const layoutShape = ({ root, nodes, layers }: Layout): Shape => ({
  Nodes: Object.fromEntries(
    [...nodes].map(([id, { issue, layer, position, dependsOn }]) => [
      id,
      {
        Issue: issueShape(issue),
        Layer: layer,
        Position: position,
        DependsOn: dependsOn.length === 0 ? null : dependsOn,
      },
    ]),
  ),
  Layers: layers,
  MaxLayer: layers.length - 1,
  RootID: root,
});

/** A component as bd's `graph --all --json` prints it. */
export const subgraphShape = ({ root, issues, edges }: Subgraph): Shape => ({
  Root: issueShape(root),
  Issues: issues.map((issue) => issueShape(issue)),
  Dependencies: edges.length === 0 ? null : edges.map(edgeShape),
  IssueMap: Object.fromEntries(issues.map((issue) => [issue.id, issueShape(issue)])),
  VarDefs: null,
  Phase: "",
  Pour: false,
});
