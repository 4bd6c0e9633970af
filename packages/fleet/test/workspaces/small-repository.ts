/** A project that is a small repository. */
import { execFileSync } from "node:child_process";

import type { Fleet } from "../support/fleet.ts";

/** Makes the project a repository with a commit. */
export function repositoryIn({ project, env }: Fleet): void {
  for (const args of [
    ["init", "-q"],
    ["commit", "-q", "--allow-empty", "-m", "first"],
  ])
    execFileSync("git", args, { cwd: project, env });
}
