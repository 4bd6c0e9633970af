/** Whether a clone can be made of a directory's repository, and what of it would not be in one: asked when a task is made for it. */
import { counted } from "@fleet/kit/figures";
import { openRepository, zeroed } from "@fleet/kit/git/repository";

import { lookAtSource } from "../../workspaces/source-for.ts";
import type { Io } from "../io.ts";

export type CloneOf =
  | {
      readonly kind: "possible";
      /** The branch that is checked out; undefined where a commit is. */
      readonly branch: string | undefined;
      /** Files that are changed or new, and not committed; undefined where git could not tell. */
      readonly uncommitted: number | undefined;
    }
  /** `why`: a sentence with what changes it. */
  | { readonly kind: "refused"; readonly why: string };

export async function cloneOf(home: string, cwd: string, env: Io["env"]): Promise<CloneOf> {
  const looked = await lookAtSource({ home, env }, cwd);
  if (looked.kind === "refused") return looked;
  const { head } = looked.source;
  return {
    kind: "possible",
    branch: head.kind === "branch" ? head.name : undefined,
    uncommitted: await uncommittedIn(cwd, env),
  };
}

async function uncommittedIn(cwd: string, env: Io["env"]): Promise<number | undefined> {
  const found = await openRepository(cwd, env);
  if (found.kind !== "repository") return undefined;
  const { ask, close } = found.repository;
  try {
    const options = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
    const status = await ask("status", { options });
    return status.kind === "ok" ? zeroed(status.stdout).length : undefined;
  } finally {
    close();
  }
}

/** Undefined where all is committed, or nobody can tell. */
export const uncommittedWarning = (cwd: string, count: number | undefined): string | undefined =>
  count === undefined || count === 0
    ? undefined
    : `⚠ ${counted(count, "file")} of ${cwd} not committed: not in the clone, which begins at the last commit`;
