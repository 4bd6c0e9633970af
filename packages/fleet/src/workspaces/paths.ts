/** The paths of workspaces and depots; nothing else composes them. */
import { join } from "node:path";

import { createExclusive, ensureDir } from "@fleet/kit/files";
import { crypto } from "@fleet/kit/node";

import { taskDir } from "../attempts/records/paths.ts";

export const workDir = (home: string): string => join(home, "work");
export const workspaceDir = (home: string, task: string): string => join(workDir(home), task);
/** Whether a directory is in a workspace, or among them. */
export const isInWork = (home: string, dir: string): boolean => `${dir}/`.startsWith(`${workDir(home)}/`);

/** Makes the directory, with a barrier for git: for a repository around the home (dotfiles), workspaces would be parts of it. */
export function makeWorkDir(home: string): void {
  createExclusive(join(home, ".gitignore"), "work/\n", { mode: 0o644, sync: false });
  ensureDir(workDir(home), 0o700);
}

/** For clones being made and workspaces being deleted; never taken for a workspace. */
export const makingDir = (home: string): string => join(workDir(home), ".tmp");

/** Where workspaces wait to be deleted. */
export const leavingDir = (home: string): string => join(workDir(home), ".leaving");

/** The lock for making, restoring or deleting a task's workspace. */
export const aloneLock = (home: string, task: string): string => join(workDir(home), ".alone", task);

export const recordPath = (home: string, task: string): string => join(taskDir(home, task), "workspace.json");

const ofSource = (home: string, commonDir: string, as: string): string =>
  join(workDir(home), `${crypto().createHash("sha256").update(commonDir).digest("hex").slice(0, 16)}${as}`);

/** One for each source, shared by all its working trees. */
export const depotDir = (home: string, commonDir: string): string => ofSource(home, commonDir, ".git");
/** The landing tree of a source. */
export const landingDir = (home: string, commonDir: string): string => ofSource(home, commonDir, ".land");

export const branchOf = (task: string): string => `fleet/${task}`;
