/** Issues as lines for people. Every line stands for one result, starts with a mark, and names the id (as beads 1.0.5). */
import type { Issue } from "@fleet/store/issue";

import type { Colours } from "../cli/style.ts";
import { PLAIN, priorityMark, statusMark, typeMark } from "./hues.ts";

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** `tt-a — Title`. */
export const named = (issue: Issue): string => `${issue.id} — ${oneLine(issue.title)}`;

/** What is closed is one thing to the eye: a colour in it would draw it forth again. */
const toned = (issue: Issue, c: Colours, line: (c: Colours) => string): string =>
  issue.status === "closed" ? c.dim(line(PLAIN)) : line(c);

/** `○ tt-a ● P2 [epic] Title`. */
export const treeLine = (issue: Issue, c: Colours = PLAIN): string =>
  toned(issue, c, (hues) => {
    const badge = issue.issue_type === "task" ? "" : `${typeMark(issue, hues)} `;
    return `${statusMark(issue, hues)} ${hues.blue(issue.id)} ${priorityMark(issue, hues)} ${badge}${oneLine(issue.title)}`;
  });

/** One line of `--flat`: what the tree does not show too. */
export function flatLine(issue: Issue, c: Colours = PLAIN): string {
  const assignee = issue.assignee === undefined ? "" : ` @${issue.assignee}`;
  const labels = (issue.labels ?? []).length === 0 ? "" : ` [${[...(issue.labels ?? [])].sort().join(", ")}]`;
  return toned(issue, c, (hues) => {
    const head = `${statusMark(issue, hues)} ${hues.blue(issue.id)} [${priorityMark(issue, hues)}] ${typeMark(issue, hues)}`;
    return `${head}${assignee}${labels} - ${oneLine(issue.title)}`;
  });
}

/** What the marks in front of issues say. */
export const LEGEND = "Status: ○ open  ◐ in_progress  ● blocked  ✓ closed  ❄ deferred";

/** `--long`: the flat line, and the first lines of what is written on the issue below it. */
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

/** `tt-a (Title)`, where a line names several. */
export const inParens = (issue: Issue): string => `${issue.id} (${oneLine(issue.title)})`;

/** On one line, cut at so many characters. */
export function brief(text: string, limit: number): string {
  const line = text.replaceAll("\n", " ");
  return line.length <= limit ? line : `${line.slice(0, limit - 3)}...`;
}
