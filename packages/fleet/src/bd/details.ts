/** `show` for people. */
import { exactJson } from "@fleet/kit/exact-json";
import { dependents as dependentsOf } from "@fleet/store/dependents";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { type EdgeType, PARENT } from "@fleet/store/status";
import { wholeSeconds } from "@fleet/store/time";

import type { Colours } from "../cli/style.ts";
import { priorityMark, statusMark, statusWord } from "./hues.ts";
import { issueShape } from "./shapes.ts";
import { treeLine } from "./text.ts";

interface DetailOptions {
  readonly c: Colours;
  /** fleet's facts of the task (fleet-facts.ts). */
  readonly facts: readonly string[];
  readonly long: boolean;
  readonly local: boolean;
}

/** Fields that are printed elsewhere. */
const PLACED: ReadonlySet<string> = new Set(
  "id title status priority issue_type assignee owner created_at updated_at closed_at close_reason due_at defer_until description design notes acceptance_criteria labels".split(
    " ",
  ),
);

type Section = (title: string, lines: readonly string[]) => string[];

const sectionIn =
  (c: Colours): Section =>
  (title, lines) =>
    lines.length === 0 ? [] : ["", c.bold(title), ...lines];

function links(snapshot: Snapshot, issue: Issue, section: Section, c: Colours): string[] {
  const edges = issue.dependencies ?? [];
  const line = (mark: string, id: string, type: EdgeType): string => {
    const other = snapshot.issue(id);
    const kind = type === "blocks" || type === PARENT ? "" : ` (${type})`;
    return `  ${mark} ${other === undefined ? id : treeLine(other, c)}${kind}`;
  };
  const out = (title: string, mark: string, wanted: (type: EdgeType) => boolean): string[] =>
    section(
      title,
      edges.filter(({ type }) => wanted(type)).map((edge) => line(mark, edge.depends_on_id, edge.type)),
    );
  const dependents = dependentsOf(snapshot, issue.id);
  const back = (title: string, mark: string, wanted: (type: EdgeType) => boolean): string[] =>
    section(
      title,
      dependents.filter(({ type }) => wanted(type)).map(({ id, type }) => line(mark, id, type)),
    );
  const other = (type: EdgeType): boolean => type !== PARENT && type !== "blocks";
  return [
    ...out("PARENT", "↑", (type) => type === PARENT),
    ...out("DEPENDS ON", "→", (type) => type === "blocks"),
    ...out("RELATED", "↔", other),
    ...back("CHILDREN", "↳", (type) => type === PARENT),
    ...back("BLOCKS", "←", (type) => type === "blocks"),
    ...back("REFERENCED BY", "←", other),
  ];
}

export function detailLines(snapshot: Snapshot, issue: Issue, options: DetailOptions): string[] {
  const { c } = options;
  const section = sectionIn(c);
  const paragraph = (title: string, text: string | undefined): string[] =>
    text === undefined || text === "" ? [] : section(title, [text]);
  const when = (time: string): string => (options.local ? new Date(time).toLocaleString() : wholeSeconds(time));
  const facts: string[] = [`Type: ${issue.issue_type}`];
  if (issue.assignee !== undefined) facts.push(`Assignee: ${issue.assignee}`);
  if (issue.owner !== undefined) facts.push(`Owner: ${issue.owner}`);
  const times: string[] = [`Created: ${when(issue.created_at)}`, `Updated: ${when(issue.updated_at)}`];
  if (issue.due_at !== undefined) times.push(`Due: ${when(issue.due_at)}`);
  if (issue.defer_until !== undefined) times.push(`Deferred until: ${when(issue.defer_until)}`);
  if (issue.closed_at !== undefined) times.push(`Closed: ${when(issue.closed_at)} (${issue.close_reason ?? ""})`);
  const comments = (issue.comments ?? []).flatMap((comment) => [
    `  ${when(comment.created_at)} ${comment.author ?? ""}`,
    ...comment.text.split("\n").map((line) => `    ${line}`),
  ]);
  const rest = Object.entries(issueShape(issue)).filter(([name]) => !PLACED.has(name));
  return [
    `${statusMark(issue, c)} ${c.blue(issue.id)} · ${c.bold(issue.title)}   [${priorityMark(issue, c)} · ${statusWord(issue, c)}]`,
    facts.join(" · "),
    c.dim(times.join(" · ")),
    ...section("TASK", options.facts),
    ...section("DESCRIPTION", [issue.description ?? "  (none)"]),
    ...paragraph("DESIGN", issue.design),
    ...paragraph("NOTES", issue.notes),
    ...paragraph("ACCEPTANCE CRITERIA", issue.acceptance_criteria),
    ...((issue.labels ?? []).length === 0
      ? []
      : ["", `${c.bold("LABELS:")} ${[...(issue.labels ?? [])].sort().join(", ")}`]),
    ...links(snapshot, issue, section, c),
    ...section("COMMENTS", comments),
    ...(options.long
      ? section(
          "MORE",
          rest.map(([name, value]) => `  ${name}: ${exactJson(value)}`),
        )
      : []),
  ];
}
