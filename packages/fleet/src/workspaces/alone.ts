/**
 * The lock of a task's workspace: only one process makes, restores or deletes it at a time. An attempt that starts meanwhile waits,
 * and whoever gets the lock next sees earlier claims.
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
