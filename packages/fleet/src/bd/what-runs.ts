/** What will run where, shown to a person who has just allowed it. */
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

import type { Chosen } from "../app/views/chosen.ts";

export interface Runs {
  readonly cwd: string | undefined;
  readonly coder: string;
  readonly model: string | undefined;
  readonly checks: readonly string[];
  readonly ids: readonly string[];
}

/** The coder that runs a description as a program. */
export const SHELL = "shell";

/** Groups tasks with equal settings. `chosen`: each task's settings. */
export function whatRuns(issues: readonly Issue[], chosen: (issue: Issue) => Chosen): Runs[] {
  const groups = new Map<string, Runs>();
  for (const issue of issues) {
    const cwd = setting(issue, "cwd");
    const { coder, model, checks } = chosen(issue);
    const key = JSON.stringify([cwd, coder, model, checks]);
    const known = groups.get(key);
    groups.set(key, { cwd, coder, model, checks, ids: [...(known?.ids ?? []), issue.id] });
  }
  return [...groups.values()];
}

export function runsText({ cwd, coder, model, checks, ids }: Runs): string {
  const [first = ""] = ids;
  const who =
    ids.length === 1 ? first : `${ids.length} tasks (${ids.slice(0, 3).join(", ")}${ids.length > 3 ? ", …" : ""})`;
  if (cwd === undefined) return `${who}: no directory yet: fleet bd update ${first} --cwd DIR --coder NAME`;
  if (coder === "") return `${who}: no coder yet: fleet update ${first} --coder NAME`;
  const how = `${coder}${model === undefined ? "" : `/${model}`}`;
  const shell = coder === SHELL ? ", which runs the description as a program" : "";
  const checked = checks.length === 0 ? "" : `; checks: ${checks.join("; ")}`;
  return `${who} will run in ${cwd} with ${how}${shell}${checked}`;
}
