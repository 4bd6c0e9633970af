/** Labels of one issue, and nothing else of it: what `update` does with them, without the rest that it needs. */
import { isBlank } from "@fleet/kit/text";

import { type Act, type Decision, none } from "../decision.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { touched } from "./touched.ts";

export interface Labels {
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
  readonly setLabels?: readonly string[] | undefined;
}

/** Undefined where nothing is asked for. */
export function labelsOf(issue: Issue, { addLabels = [], removeLabels = [], setLabels }: Labels): string[] | undefined {
  if (addLabels.length === 0 && removeLabels.length === 0 && setLabels === undefined) return undefined;
  const base = new Set(setLabels?.filter((label) => !isBlank(label)) ?? issue.labels ?? []);
  for (const label of addLabels) if (!isBlank(label)) base.add(label);
  for (const label of removeLabels) base.delete(label);
  return [...base].sort();
}

export function relabel(
  snapshot: Snapshot,
  act: Act,
  { id, ...input }: Labels & { readonly id: string },
): Decision<Issue> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const labels = labelsOf(issue, input);
  if (labels === undefined) return none(issue);
  const next = touched(issue, act, { labels });
  return {
    kind: "commit",
    event: "update",
    task: issue.id,
    subject: `${issue.title} (labels)`,
    issues: [next],
    result: next,
  };
}
