/** Whether a clone can be made of a directory's repository, and what of it would not be in one: asked when a task is made for it. */
import { openRepository, zeroed } from "@fleet/kit/git/repository";
import { readSource } from "@fleet/kit/git/source";

import { isInWork } from "../../workspaces/paths.ts";
import { refusalOf, refusalText } from "../../workspaces/refuse.ts";
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
  const found = await readSource(cwd, env);
  // Whether there is room is asked when it is made.
  const refusal = refusalOf({ found, isOfFleet: isInWork(home, cwd), needed: 0, free: 0 });
  if (refusal !== undefined) return { kind: "refused", why: refusalText(refusal, cwd) };
  const head = found.kind === "source" ? found.source.head : undefined;
  return {
    kind: "possible",
    branch: head?.kind === "branch" ? head.name : undefined,
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
