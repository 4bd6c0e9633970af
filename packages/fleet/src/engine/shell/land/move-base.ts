/**
 * A task that was brought onto a newer state of its target is measured from there: what others landed meanwhile is none of its work.
 */
import type { Environment } from "@fleet/kit/git/environment";
import { gitObjects } from "@fleet/kit/git/own-objects";

import { backOf, readLanding } from "../../../landing/record.ts";
import { type WorkspaceRecord, writeWorkspace } from "../../../workspaces/record.ts";

interface Of {
  readonly task: string;
  /** Of its branch. */
  readonly tip: string | undefined;
}

export async function moveBase(
  home: string,
  env: Environment,
  workspace: WorkspaceRecord,
  { task, tip }: Of,
): Promise<void> {
  const back = backOf(readLanding(home, task));
  if (back === undefined || tip === undefined || back.tip === workspace.base) return;
  const asked = await gitObjects(["merge-base", "--is-ancestor", back.tip, tip], { env, gitDir: workspace.depot });
  if (asked.kind === "ok") writeWorkspace(home, task, { ...workspace, base: back.tip });
}
