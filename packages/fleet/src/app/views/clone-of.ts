/** Whether a clone can be made of a directory's repository, and what of it would not be in one: asked when a task is made for it. */
import { counted } from "@fleet/kit/figures";
import { openRepository, zeroed } from "@fleet/kit/git/repository";
import { setting } from "@fleet/store/claims";
import { Store } from "@fleet/store/store";

import { beginningOf } from "../../engine/core/tasks.ts";
import { effective } from "../../settings/effective/effective.ts";
import { settingsInForce } from "../../settings/in-force.ts";
import { notYet } from "../../workspaces/beginning.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { lookAtSource } from "../../workspaces/source-for.ts";
import type { Io } from "../io.ts";

export type CloneOf =
  /** It is to work in its directory. */
  | { readonly kind: "none" }
  | {
      readonly kind: "possible";
      /** The branch that is checked out; undefined where a commit is. */
      readonly branch: string | undefined;
      /** Files that are changed or new, and not committed; undefined where git could not tell. */
      readonly uncommitted: number | undefined;
      /** Why it can't begin in one yet, as a sentence with what changes it. */
      readonly waits: string | undefined;
    }
  /** `why`: a sentence with what changes it. */
  | { readonly kind: "refused"; readonly why: string };

/** `metadata`: of the task that is to be made. */
export async function cloneOf(
  home: string,
  metadata: Readonly<Record<string, unknown>>,
  env: Io["env"],
): Promise<CloneOf> {
  const { config } = settingsInForce(home, new Store(home));
  const task = { metadata };
  const cwd = setting(task, "cwd") ?? "";
  if (cwd === "" || effective(config, task).value("isolate") !== "clone") return { kind: "none" };
  const looked = await lookAtSource({ home, env }, cwd);
  if (looked.kind === "refused") return looked;
  const { source } = looked;
  return {
    kind: "possible",
    branch: source.head.kind === "branch" ? source.head.name : undefined,
    uncommitted: await uncommittedIn(cwd, env),
    waits: notYet(source, beginningOf(task, config))?.why,
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

/** Undefined where all is committed, or nobody can tell. */
export const uncommittedWarning = (cwd: string, count: number | undefined): string | undefined =>
  count === undefined || count === 0
    ? undefined
    : `⚠ ${counted(count, "file")} of ${cwd} not committed: not in the clone, which begins at the last commit`;
