/** Which tasks can't begin in their directory, as the plan takes it; where another process saw it, from what that showed. */
import { existsSync } from "node:fs";

import { readWorkspace } from "../../../workspaces/record.ts";
import type { NoStart, TaskView } from "../../core/world.ts";
import type { Refused } from "../state/shown-sources.ts";

export type SourceSeen =
  /** `isSetUp`: in a workspace in which its project's setup is done. */
  | { readonly kind: "possible"; readonly isSetUp?: boolean }
  | NoStart
  /** Not answered yet. */
  | { readonly kind: "asked" };

export interface SourcesSeen {
  /** Grows with each answer that changes one. */
  readonly version: number;
  readonly of: (task: Waiting) => SourceSeen;
  /** The tasks that wait now: of others nothing is asked any more. */
  readonly only: (tasks: readonly Waiting[]) => void;
}

export type Waiting = Pick<TaskView, "id" | "cwd" | "isolated" | "base" | "target" | "via" | "was">;

/** The key of an answer: the directory, what has to be there, and where it was. */
export const keyOf = ({ cwd, isolated, base, target, via, was }: Waiting): string =>
  JSON.stringify([
    cwd,
    isolated === true && (base === "fresh" || via !== undefined ? { base, target, via } : "clone"),
    was === undefined ? null : (was.top ?? ""),
  ]);

/**
 * What needs no look at the directory: a task that works where it likes, or in a workspace that stands; without a directory it waits
 * for that.
 */
export function known(home: string, { id, cwd, isolated, was }: Waiting): SourceSeen | undefined {
  if (cwd === "") return { kind: "possible" };
  if (isolated !== true) return was === undefined ? { kind: "possible" } : undefined;
  const workspace = readWorkspace(home, id);
  if (workspace?.ready !== true || !existsSync(workspace.dir)) return undefined;
  return { kind: "possible", ...(workspace.setup === undefined ? {} : { isSetUp: true }) };
}

/** The answers of another process about them. */
export const sourcesShown = (home: string, refused: Refused): SourcesSeen => ({
  version: 0,
  of: (task) => known(home, task) ?? refused[keyOf(task)] ?? { kind: "possible" },
  only: () => undefined,
});
