/** The repository of a task's directory, as a clone would be made of it: `git` is asked, so this is loaded where one is wanted. */
import { openRepository, zeroed } from "@fleet/kit/git/repository";

import { type Beginning, notYet } from "../../workspaces/beginning.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { lookAtSource } from "../../workspaces/source-for.ts";
import type { Io } from "../io.ts";
import type { CloneOf } from "./clone-of.ts";

export async function clonable(home: string, cwd: string, beginning: Beginning, env: Io["env"]): Promise<CloneOf> {
  const looked = await lookAtSource({ home, env }, cwd);
  if (looked.kind === "refused") return looked;
  const { source } = looked;
  return {
    kind: "possible",
    branch: source.head.kind === "branch" ? source.head.name : undefined,
    uncommitted: await uncommittedIn(cwd, env),
    waits: notYet(source, beginning)?.why,
  };
}

/** Whether it has a clone, or had one: its work began. */
export const hasBegun = (home: string, task: string): boolean => readWorkspace(home, task) !== undefined;

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
