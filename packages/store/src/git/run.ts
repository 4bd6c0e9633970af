/** Git on a home: what a write waits for by itself (kit/git/hot.ts), the rest by simple-git. */
import { errno } from "@fleet/kit/errors";
import { type GitResult, gitNow } from "@fleet/kit/git/hot";

import { StoreError } from "../errors.ts";

export type { GitResult } from "@fleet/kit/git/hot";

const MISSING_GIT = {
  message: "git is not on PATH",
  mend: "install git (https://git-scm.com/downloads), then run the command again",
} as const;

/** An error for people: why git could not be started. */
function notStarted(error: unknown): StoreError {
  if (errno(error) === "ENOENT")
    return new StoreError("unwritable", MISSING_GIT.message, { mend: MISSING_GIT.mend, cause: error });
  return new StoreError(
    "unwritable",
    `git could not be started: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  );
}

export function gitSync(gitDir: string, args: readonly string[], input?: string): GitResult {
  const where = { place: "home", env: process.env, ...(input === undefined ? {} : { input }) } as const;
  try {
    return gitNow([`--git-dir=${gitDir}`, ...args], where);
  } catch (error) {
    throw notStarted(error);
  }
}

/** Inside a receive hook, where the environment tells git where the pushed objects are. */
export function quarantineGit(args: readonly string[], cwd: string): GitResult {
  try {
    return gitNow(args, { place: "quarantine", env: process.env, cwd });
  } catch (error) {
    throw notStarted(error);
  }
}

export interface Said {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** By simple-git: on a home (`git --git-dir=…`), or as the person would, with a remote. */
export async function gitLater(place: "home" | "network", args: readonly string[]): Promise<Said> {
  const { simple } = await import("@fleet/kit/git/simple");
  try {
    return await simple(args, { place, env: process.env });
  } catch (error) {
    throw notStarted(error);
  }
}
