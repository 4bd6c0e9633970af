/** `dep tree`: an issue with its dependencies, or with its dependents, at any depth. */
import { dependents } from "@fleet/store/dependents";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Colours } from "../cli/style.ts";
import { treeLine } from "./text.ts";

interface Node {
  readonly issue: Issue;
  readonly depth: number;
  readonly parent: string;
  readonly edge: string | undefined;
  /** There are more below that aren't shown. */
  readonly truncated: boolean;
}

interface Walk {
  /** Towards dependents, else towards dependencies. */
  readonly up: boolean;
  readonly depth: number;
  /** Show an issue below each issue that leads to it, not only below the first. No path contains an issue twice. */
  readonly all: boolean;
}

export function walk(snapshot: Snapshot, root: Issue, { up, depth: limit, all }: Walk): Node[] {
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
    // A loose link goes both ways, so it makes no tree.
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

/** With the edge that leads to it, and whether something open blocks it. */
export function nodeLine({ issue, depth, edge, truncated }: Node, isBlocked: boolean, c: Colours): string {
  const marks = [
    ...(edge === undefined ? [] : [c.dim(`(${edge})`)]),
    ...(isBlocked ? [c.red("[BLOCKED]")] : []),
    ...(truncated ? ["…"] : []),
  ];
  return `${"  ".repeat(depth)}${depth === 0 ? "" : "└── "}${[treeLine(issue, c), ...marks].join(" ")}`;
}

export function mermaid(nodes: readonly Node[]): string {
  const name = (id: string): string => id.replaceAll(/[^A-Za-z0-9]/g, "_");
  const lines = nodes.map(({ issue }) => `  ${name(issue.id)}["${issue.id}: ${issue.title.replaceAll('"', "'")}"]`);
  const edges = nodes.flatMap(({ issue, parent }) =>
    parent === "" ? [] : [`  ${name(parent)} --> ${name(issue.id)}`],
  );
  return ["flowchart TD", ...new Set([...lines, ...edges])].join("\n");
}
