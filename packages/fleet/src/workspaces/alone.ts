/**
 * One at a time makes, puts back or deletes the workspace of a task: an attempt that begins meanwhile waits until that is over, and
 * what was claimed before is seen by whoever gets its turn.
 */
import { whileLocked } from "@fleet/kit/held-lock";

import { LOCK_PATIENCE } from "./depot.ts";
import { aloneLock, makeWorkDir } from "./paths.ts";
import { WorkspaceError } from "./trouble.ts";

export async function aloneIn<T>(home: string, task: string, work: () => Promise<T>): Promise<T> {
  makeWorkDir(home);
  const locked = await whileLocked(aloneLock(home, task), LOCK_PATIENCE, work);
  if (locked.kind === "done") return locked.value;
  throw new WorkspaceError("held", `another process is at work on the workspace of ${task} (${locked.holder})`);
}
