/** A project that is a repository with one file. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Fleet } from "../support/fleet.ts";

export type Git = (...args: string[]) => string;

/** A repository with one file on main. */
export function repositoryOf({ project, env }: Fleet): Git {
  const git: Git = (...args) => execFileSync("git", args, { cwd: project, env, encoding: "utf8" }).trim();
  git("init", "-q", "-b", "main");
  writeFileSync(join(project, "f"), "first\n");
  git("add", "-A");
  git("commit", "-qm", "first");
  return git;
}
