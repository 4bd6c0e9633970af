/** Warns of a directory in which an agent should not run, probably a slip. Called by every `create`, so it loads no settings. */
import { realpathSync } from "node:fs";

import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";
import { CONTAINERS, NOT_WORK } from "@fleet/store/status";

/** The task has a coder. */
export const isWork = ({ issue_type: type }: Issue): boolean => !CONTAINERS.has(type) && !NOT_WORK.has(type);

export const otherPlace = (issue: Issue): string => `to name another: fleet update ${issue.id} --cwd DIR`;

/** `home`: HOME of the person who makes the task. Undefined where its directory is neither that nor the root. */
export function placeWarning(issue: Issue, home: string | undefined): string | undefined {
  const cwd = setting(issue, "cwd") ?? "";
  if (!isWork(issue) || cwd === "") return undefined;
  if (cwd === "/") return `⚠ It will run in /, the root of this machine; ${otherPlace(issue)}`;
  if (cwd === realHome(home)) return `⚠ It will run in ${cwd}, your home directory; ${otherPlace(issue)}`;
  return undefined;
}

function realHome(home: string | undefined): string | undefined {
  try {
    return home === undefined || home === "" ? undefined : realpathSync(home);
  } catch {
    return undefined;
  }
}
