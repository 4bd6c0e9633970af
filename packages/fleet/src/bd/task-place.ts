/** Records which repository a task's directory is in when somebody sets it; a start where that has changed is refused. */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";

import { errno } from "@fleet/kit/errors";
import { dotGit } from "@fleet/kit/git/dot-git";
import type { TaskPlace } from "@fleet/store/fleet-record";
import { homeExists } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";

import type { Ctx } from "./context.ts";

/**
 * Undefined where it can't be read; then a start compares nothing. Also inside an attempt, which must not write fleet's record.
 */
export async function taskPlace(ctx: Ctx, cwd: unknown): Promise<TaskPlace | undefined> {
  if (typeof cwd !== "string" || !cwd.startsWith("/") || (await ctx.acting()).inside !== undefined) return undefined;
  // The first task creates the home, so there is no home id yet.
  if (!homeExists(ctx.home)) return undefined;
  try {
    const git = dotGit(realpathSync(cwd));
    return { home: homeId(ctx.store().gitDir), cwd, ...(git === undefined ? {} : { top: dirname(git) }) };
  } catch (error) {
    if (errno(error) !== undefined) return undefined;
    throw error;
  }
}
