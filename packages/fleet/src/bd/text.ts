/** Issues as lines for people: one line for each result, which starts with a mark and names the id (as beads 1.0.5). */
import type { Issue } from "@fleet/store/issue";

import type { Colours } from "../cli/style.ts";
import { PLAIN, priorityMark, statusMark, typeMark } from "./hues.ts";

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** `tt-a — Title`. */
export const named = (issue: Issue): string => `${issue.id} — ${oneLine(issue.title)}`;

/** Closed issues are dim as a whole, without other colours. */
const toned = (issue: Issue, c: Colours, line: (c: Colours) => string): string =>
  issue.status === "closed" ? c.dim(line(PLAIN)) : line(c);

/** `○ tt-a ● P2 [epic] Title`. */
export const treeLine = (issue: Issue, c: Colours = PLAIN): string =>
  toned(issue, c, (hues) => {
    const badge = issue.issue_type === "task" ? "" : `${typeMark(issue, hues)} `;
    return `${statusMark(issue, hues)} ${hues.blue(issue.id)} ${priorityMark(issue, hues)} ${badge}${oneLine(issue.title)}`;
  });

/** A line of `--flat`, with the columns that the tree omits. */
export function flatLine(issue: Issue, c: Colours = PLAIN): string {
  const assignee = issue.assignee === undefined ? "" : ` @${issue.assignee}`;
  const labels = (issue.labels ?? []).length === 0 ? "" : ` [${[...(issue.labels ?? [])].sort().join(", ")}]`;
  return toned(issue, c, (hues) => {
    const head = `${statusMark(issue, hues)} ${hues.blue(issue.id)} [${priorityMark(issue, hues)}] ${typeMark(issue, hues)}`;
    return `${head}${assignee}${labels} - ${oneLine(issue.title)}`;
  });
}

/** The legend of status marks. */
export const LEGEND = "Status: ○ open  ◐ in_progress  ● blocked  ✓ closed  ❄ deferred";

/** `--long`: the flat line, followed by the first lines of the issue's texts. */
export function longLines(issue: Issue, c: Colours = PLAIN): string[] {
  const lines = [flatLine(issue, c)];
  const field = (label: string, text: string | undefined): void => {
    if (text !== undefined && text !== "") lines.push(`  ${label}: ${oneLine(text).slice(0, 200)}`);
  };
  field("Description", issue.description);
  field("Notes", issue.notes);
  field("Created", issue.created_at);
  field("Updated", issue.updated_at);
  return lines;
}

/** `tt-a (Title)`, in lines that name several issues. */
export const inParens = (issue: Issue): string => `${issue.id} (${oneLine(issue.title)})`;

/** On one line, cut to this many characters. */
export function brief(text: string, limit: number): string {
  const line = text.replaceAll("\n", " ");
  return line.length <= limit ? line : `${line.slice(0, limit - 3)}...`;
}
