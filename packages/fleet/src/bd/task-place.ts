/** Where a task's directory is, written down when somebody says that the work belongs there: a start in another place is refused. */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";

import { errno } from "@fleet/kit/errors";
import { dotGit } from "@fleet/kit/git/dot-git";
import type { TaskPlace } from "@fleet/store/fleet-record";
import { homeExists } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";

import type { Ctx } from "./context.ts";

/**
 * Undefined where it can't be seen: then a start is not compared with anything. From inside an attempt, too: fleet's record is not
 * an attempt's to write.
 */
export async function taskPlace(ctx: Ctx, cwd: unknown): Promise<TaskPlace | undefined> {
  if (typeof cwd !== "string" || !cwd.startsWith("/") || (await ctx.acting()).inside !== undefined) return undefined;
  // The first task makes the home: there is none yet to write down.
  if (!homeExists(ctx.home)) return undefined;
  try {
    const git = dotGit(realpathSync(cwd));
    return { home: homeId(ctx.store().gitDir), cwd, ...(git === undefined ? {} : { top: dirname(git) }) };
  } catch (error) {
    if (errno(error) !== undefined) return undefined;
    throw error;
  }
}
