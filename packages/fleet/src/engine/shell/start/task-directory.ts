/** The directory of a task, behind its links, where a start may continue in it. */
import { dirname } from "node:path";

import { errno } from "@fleet/kit/errors";
import { dotGit } from "@fleet/kit/git/dot-git";
import { realDirectory } from "@fleet/kit/process/real-directory";
import { fleetRecord } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";

import { strayed } from "../../core/strayed.ts";
import { cwdOf } from "../../core/tasks.ts";
import type { Context } from "../loop/context.ts";
import { CannotStart } from "./not-started.ts";

/** Throws CannotStart where it is gone, or is not where it was when the task was made. */
export async function taskDirectory({ store }: Context, issue: Issue, cwd: string): Promise<string> {
  const real = await existingDirectory(cwd);
  const { place } = fleetRecord(issue);
  // Of one that is started already where the task was before, nothing was said.
  if (place === undefined || cwd !== cwdOf(issue)) return real;
  const seen = topOf(real);
  if (seen === undefined) return real;
  const why = strayed(place, { home: homeId(store.gitDir), task: issue.id, cwd, real, ...seen });
  if (why !== undefined) throw new CannotStart("refused", why);
  return real;
}

/** Undefined where it can't be looked at, which says nothing; the look at the repository tells why. */
function topOf(dir: string): { readonly top: string | undefined } | undefined {
  try {
    const git = dotGit(dir);
    return { top: git === undefined ? undefined : dirname(git) };
  } catch (error) {
    if (errno(error) !== undefined) return undefined;
    throw error;
  }
}

async function existingDirectory(cwd: string): Promise<string> {
  if (cwd === "") throw new CannotStart("directory-gone", "the task has no directory: fleet bd update ID --cwd DIR");
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
