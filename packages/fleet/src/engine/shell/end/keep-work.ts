/** At the end of an attempt that worked in a clone: what it made goes into the depot, whatever becomes of the clone. */
import { basename } from "node:path";

import { shortageOf } from "@fleet/kit/shortage";

import { readTaken, writeTaken } from "../../../attempts/records/taken.ts";
import { readWorkspace } from "../../../workspaces/record.ts";
import { moveBase } from "../land/move-base.ts";
import { takeBack } from "../../../workspaces/take-back.ts";
import { recordOf } from "../../core/attempt.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { aboutAttempt } from "../state/journal.ts";

/** Once for each attempt. What can't be kept is written down and said: the clone itself stays. */
export async function keepWork({ home, env, clock, journal }: Context, handle: Handle): Promise<void> {
  const { dir, task } = handle;
  const workspace = recordOf(handle)?.source === undefined ? undefined : readWorkspace(home, task);
  if (workspace === undefined || readTaken(dir) !== undefined) return;
  const { depot, dir: top, branch } = workspace;
  const making = { home, env, now: () => clock.wall() };
  try {
    const taken = await takeBack(making, { task, attempt: basename(dir), depot, top, branch, began: workspace.base });
    writeTaken(dir, { kind: "taken", ...taken, nested: [...taken.nested], left: [...taken.left] });
    await moveBase(home, env, workspace, { task, tip: taken.tip });
    if (taken.left.length > 0)
      journal.write("trouble", `not kept of its work: ${taken.left.join("; ")}`, aboutAttempt(handle));
  } catch (error) {
    if (shortageOf(error) !== undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    writeTaken(dir, { kind: "not-taken", why });
    journal.write("trouble", `its work is in ${top} alone: ${why}`, aboutAttempt(handle));
  }
}
