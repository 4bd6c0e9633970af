/** The directory of a task, behind its links, where a start may continue in it. */
import { existsSync } from "node:fs";

import { topOf } from "@fleet/kit/git/dot-git";
import { realDirectory } from "@fleet/kit/process/real-directory";
import { fleetRecord } from "@fleet/store/fleet-record";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";

import { placeIn, strayed, strayedMend } from "../../core/strayed.ts";
import { cwdOf } from "../../core/tasks.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { readWorkspace } from "../../../workspaces/record.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { CannotStart } from "./not-started.ts";

/** Throws CannotStart where it is gone, or is not where it was when the task was made. */
async function taskDirectory({ store }: Context, issue: Issue, cwd: string): Promise<string> {
  const real = await existingDirectory(issue, cwd);
  // If it started already where the task was before, nothing was said.
  const was = cwd === cwdOf(issue) ? placeIn(fleetRecord(issue).place, homeId(store.gitDir), cwd) : undefined;
  const seen = was === undefined ? undefined : topOf(real);
  if (was === undefined || seen === undefined) return real;
  const why = strayed(was, { cwd, real, ...seen });
  if (why !== undefined)
    throw new CannotStart(
      "refused",
      `${why}: nothing was started. Put it back, or say where the work belongs: ${strayedMend(issue.id)}; ` +
        `then: fleet retry ${issue.id}`,
    );
  return real;
}

/** The same; of one that works in a clone which stands, nothing is needed of its directory, which may have been moved or deleted. */
export async function ownDirectory(context: Context, { task, cwd }: Handle, issue: Issue): Promise<string> {
  const isIsolated = effective(context.config(), issue).value("isolate") === "clone";
  return isIsolated && stands(context.home, task) ? cwd : await taskDirectory(context, issue, cwd);
}

function stands(home: string, task: string): boolean {
  const workspace = readWorkspace(home, task);
  return workspace?.ready === true && existsSync(workspace.dir);
}

async function existingDirectory({ id }: Issue, cwd: string): Promise<string> {
  if (cwd === "") throw new CannotStart("directory-gone", `the task has no directory: fleet bd update ${id} --cwd DIR`);
  const found = await realDirectory(cwd);
  switch (found.kind) {
    case "directory":
      return found.path;
    case "gone":
      throw new CannotStart("directory-gone", `the task's directory ${cwd} is gone`);
    case "file":
      throw new CannotStart("directory-gone", `the task's directory ${cwd} is a file`);
    case "slow":
    case "unknown":
      throw new Error(`the task's directory ${cwd} can't be entered: ${found.why}`);
  }
}
