/** Whether a task is to work in a clone, and what its repository says of that: asked with each `create`, so what asks git is apart. */
import { counted } from "@fleet/kit/figures";
import { setting } from "@fleet/store/task-settings";
import { Store } from "@fleet/store/store";

import { effective } from "../../settings/effective/effective.ts";
import { shownSettings } from "../../settings/shown.ts";
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
  const { config } = await shownSettings(home, new Store(home));
  const task = { metadata };
  const cwd = setting(task, "cwd") ?? "";
  if (cwd === "" || effective(config, task).value("isolate") !== "clone") return { kind: "none" };
  const [{ clonable }, { beginningOf }] = await Promise.all([
    import("./clonable.ts"),
    import("../../engine/core/tasks.ts"),
  ]);
  return await clonable(home, cwd, beginningOf(task, config), env);
}

/** Undefined where all is committed, or nobody can tell. */
export const uncommittedWarning = (cwd: string, count: number | undefined): string | undefined =>
  count === undefined || count === 0
    ? undefined
    : `⚠ ${counted(count, "file")} of ${cwd} not committed: not in the clone, which begins at the last commit`;
