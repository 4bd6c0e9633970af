/** Where an attempt is to work: the task's directory, or the same place in the task's clone of its repository. */
import { join } from "node:path";

import { ensureDir } from "@fleet/kit/files";
import { settingValue } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

import { effective } from "../../../settings/effective/effective.ts";
import { isIsolation, ISOLATIONS } from "../../../settings/isolation.ts";
import { ensureWorkspace } from "../../../workspaces/ensure.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import { WorkspaceError } from "../../../workspaces/trouble.ts";
import { beginningOf } from "../../core/tasks.ts";
import { giveBack } from "../land/give-back.ts";
import type { Context } from "../loop/context.ts";
import { baseWanted } from "./base-wanted.ts";
import { CannotStart } from "./not-started.ts";

export interface Entered {
  readonly cwd: string;
  /** The task's own directory, and the workspace, where it works in one. */
  readonly source?: string;
  readonly workspace?: WorkspaceRecord;
}

/** Throws CannotStart where no workspace can be made, or the one that is there can't be used. */
export async function enterWorkspace(context: Context, issue: Issue, own: string): Promise<Entered> {
  const said = settingValue(issue, "isolate");
  if (said !== undefined && !isIsolation(said))
    throw new CannotStart("refused", `metadata.isolate is ${JSON.stringify(said)}, not ${ISOLATIONS.join(" or ")}`);
  if (effective(context.config(), issue).value("isolate") === "none") return { cwd: own };
  const made = await ensured(context, issue, own);
  if (made.kind === "refused") throw new CannotStart("refused", made.why);
  await giveBack(context, issue, made.record);
  const { dir, below } = made.record;
  const cwd = join(dir, below);
  // One that is not in the base, because nothing in it was committed.
  ensureDir(cwd);
  return { cwd, source: own, workspace: made.record };
}

async function ensured(context: Context, issue: Issue, cwd: string) {
  const { home, env, clock } = context;
  try {
    return await ensureWorkspace(
      { home, env, now: () => clock.wall() },
      { ...beginningOf(issue, context.config()), task: issue.id, cwd, base: baseWanted(context, issue) },
    );
  } catch (error) {
    if (!(error instanceof WorkspaceError) || error.code === "held") throw error;
    const at = error.where === undefined ? "" : ` (${error.where})`;
    throw new CannotStart("workspace", `its workspace was not made: ${error.message}${at}`);
  }
}
