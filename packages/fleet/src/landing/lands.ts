/** Which tasks close only once their work is on its target: those that work in a clone for a branch, where `land` is not off. */
import type { Issue } from "@fleet/store/issue";
import { setting } from "@fleet/store/claims";

import { effective } from "../settings/effective/effective.ts";
import type { Config } from "../settings/schema.ts";
import { readWorkspace } from "../workspaces/record.ts";

export function lands(home: string, issue: Issue, config: Config): boolean {
  if (effective(config, issue).value("land") === "off") return false;
  const workspace = readWorkspace(home, issue.id);
  return workspace !== undefined && (setting(issue, "target") ?? workspace.target) !== undefined;
}
