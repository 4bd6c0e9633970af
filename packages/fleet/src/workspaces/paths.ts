/** Where workspaces and depots are: the only maker of these paths. */
import { join } from "node:path";

import { createExclusive, ensureDir } from "@fleet/kit/files";
import { crypto } from "@fleet/kit/node";

import { taskDir } from "../attempts/records/paths.ts";

export const workDir = (home: string): string => join(home, "work");
export const workspaceDir = (home: string, task: string): string => join(workDir(home), task);
/** Whether a directory is in a workspace, or among them. */
export const isInWork = (home: string, dir: string): boolean => `${dir}/`.startsWith(`${workDir(home)}/`);

/** Made where there is none: a repository around the home (dotfiles) would take workspaces for parts of it. */
export function makeWorkDir(home: string): void {
  createExclusive(join(home, ".gitignore"), "work/\n", { mode: 0o644, sync: false });
  ensureDir(workDir(home), 0o700);
}

/** What is being made, or on its way out: never taken for a workspace. */
export const makingDir = (home: string): string => join(workDir(home), ".tmp");

/** Where what is being deleted is, out of everybody's way. */
export const leavingDir = (home: string): string => join(workDir(home), ".leaving");

/** Held by whoever makes, puts back or deletes the workspace of a task. */
export const aloneLock = (home: string, task: string): string => join(workDir(home), ".alone", task);

export const recordPath = (home: string, task: string): string => join(taskDir(home, task), "workspace.json");

const ofSource = (home: string, commonDir: string, as: string): string =>
  join(workDir(home), `${crypto().createHash("sha256").update(commonDir).digest("hex").slice(0, 16)}${as}`);

/** One for each source: all working trees of a repository share it. */
export const depotDir = (home: string, commonDir: string): string => ofSource(home, commonDir, ".git");
/** Where what is to land in a source is built and checked. */
export const landingDir = (home: string, commonDir: string): string => ofSource(home, commonDir, ".land");

export const branchOf = (task: string): string => `fleet/${task}`;
