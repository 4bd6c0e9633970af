/** `list` for people: issues as a tree under their parents, and a summary line. */
import { counted } from "@fleet/kit/figures";
import { parentOf } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import { byCodeUnit } from "@fleet/store/shard";
import type { Status } from "@fleet/store/status";

import type { Colours } from "../cli/style.ts";
import { PLAIN } from "./hues.ts";
import { LEGEND, treeLine } from "./text.ts";

/** Sorts `tt-a.2` before `tt-a.10`. */
function naturally(a: string, b: string): number {
  const key = (id: string): string => id.replaceAll(/\d+/g, (digits) => digits.padStart(12, "0"));
  return byCodeUnit(key(a), key(b)) || byCodeUnit(a, b);
}

const inTree = (a: Issue, b: Issue): number => a.priority - b.priority || naturally(a.id, b.id);

/** Its parent in the tree: by edge, else by a dotted id. */
function shownParent(issue: Issue, ids: ReadonlySet<string>): string | undefined {
  const byEdge = parentOf(issue);
  if (byEdge !== undefined && ids.has(byEdge)) return byEdge;
  const dot = issue.id.lastIndexOf(".");
  const byName = dot > 0 ? issue.id.slice(0, dot) : undefined;
  return byName !== undefined && ids.has(byName) ? byName : undefined;
}

export function treeLines(issues: readonly Issue[], c: Colours = PLAIN): string[] {
  const ids = new Set(issues.map((issue) => issue.id));
  const children = new Map<string | undefined, Issue[]>();
  for (const issue of issues) {
    const parent = shownParent(issue, ids);
    children.set(parent, [...(children.get(parent) ?? []), issue]);
  }
  const lines: string[] = [];
  const seen = new Set<string>();
  const under = (parent: string | undefined, prefix: string): void => {
    const below = (children.get(parent) ?? []).sort(inTree);
    below.forEach((issue, at) => {
      if (seen.has(issue.id)) return;
      seen.add(issue.id);
      const last = at === below.length - 1;
      const branch = parent === undefined ? "" : `${prefix}${last ? "└── " : "├── "}`;
      lines.push(`${branch}${treeLine(issue, c)}`);
      under(issue.id, parent === undefined ? "" : `${prefix}${last ? "    " : "│   "}`);
    });
  };
  under(undefined, "");
  // Issues in a cycle of parents (a hand edit) are below no root.
  for (const issue of issues) if (!seen.has(issue.id)) lines.push(treeLine(issue, c));
  return lines;
}

/** `isCut`: there are more, so the counts are no totals. */
export function footer(issues: readonly Issue[], isCut = false): string[] {
  const count = (status: Status): number => issues.filter((issue) => issue.status === status).length;
  return [
    "",
    "-".repeat(80),
    `${isCut ? "Shown" : "Total"}: ${counted(issues.length, "issue")} (${count("open")} open, ${count("in_progress")} in progress)`,
    "",
    LEGEND,
  ];
}
