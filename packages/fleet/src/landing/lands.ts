/**
 * Which tasks close only when their work is on its target: those that work in a clone, with `land` not off, and with files that
 * differ from where the work began. If the target branch is unknown, landing reports that.
 */
import type { Environment } from "@fleet/kit/git/environment";
import { isOid } from "@fleet/kit/git/oid";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { Issue } from "@fleet/store/issue";

import { effective } from "../settings/effective/effective.ts";
import type { Config } from "../settings/schema.ts";
import { changesFrom, readWorkspace, type WorkspaceRecord } from "../workspaces/record.ts";
import { workOf } from "./accepted.ts";

interface Where {
  readonly home: string;
  readonly env: Environment;
}

export async function lands(where: Where, issue: Issue, config: Config): Promise<boolean> {
  if (effective(config, issue).value("land") === "off") return false;
  const workspace = readWorkspace(where.home, issue.id);
  return workspace !== undefined && !(await isAsBegun(where, issue, workspace));
}

/** If that can't be determined, assume that there is something to land: the lander will find out. */
async function isAsBegun({ home, env }: Where, issue: Issue, workspace: WorkspaceRecord): Promise<boolean> {
  const { depot } = workspace;
  const base = changesFrom(workspace);
  const found = workOf(home, issue);
  if (found.kind === "none" || !isOid(base)) return false;
  const trees = await gitObjects(["rev-parse", `${base}^{tree}`, `${found.work.files}^{tree}`], { env, gitDir: depot });
  const [before, now] = trees.kind === "ok" ? trees.stdout.trim().split("\n") : [];
  return before !== undefined && before === now;
}
