/** What `create` adds to bd's own lines: which coder will work on the task, and where. For people only. */
import { dotGit } from "@fleet/kit/git/dot-git";
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

import { coderNote } from "../app/coder-note.ts";
import { type CreatedTask, createdTask } from "../app/views/created.ts";
import type { Ctx } from "./context.ts";
import { isWork, otherPlace } from "./place-warning.ts";
import { SHELL } from "./what-runs.ts";

export const runLines = async (ctx: Ctx, issue: Issue): Promise<string[]> =>
  isWork(issue) ? linesOf(issue, await createdTask(ctx.home, ctx.store(), issue)) : [];

function linesOf(issue: Issue, { coder, coderFrom, model, cwd, checks }: CreatedTask): string[] {
  const named = `${coder}${model === undefined ? "" : `/${model}`}`;
  return [
    coder === ""
      ? `Coder: none, so it waits: fleet update ${issue.id} --coder NAME (fleet coders lists them)`
      : `Coder: ${named}${coderNote(coderFrom)}`,
    `Directory: ${cwd}`,
    ...(checks.length === 0 ? [] : [`Checks: ${checks.join("; ")}`]),
  ];
}

/** Undefined in a git repository, where an agent's changes can be compared, and for a script, whose changes are not examined. */
export async function untrackedWarning(ctx: Ctx, issue: Issue): Promise<string | undefined> {
  const cwd = setting(issue, "cwd") ?? "";
  if (!isWork(issue) || cwd === "" || isTracked(cwd)) return undefined;
  const { coder, isolate } = await createdTask(ctx.home, ctx.store(), issue);
  // With isolation it waits for a repository, and that has been printed.
  if (coder === SHELL || isolate === "clone") return undefined;
  return `⚠ ${cwd} is in no git repository: what an agent changes there can't be compared or undone; ${otherPlace(issue)}`;
}

/** No warning for a directory that can't be read. */
function isTracked(dir: string): boolean {
  try {
    return dotGit(dir) !== undefined;
  } catch {
    return true;
  }
}
