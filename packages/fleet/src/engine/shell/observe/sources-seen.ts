/** Of which tasks no clone can be made, as whoever plans takes it; where another process saw it, from what that showed. */
import { existsSync } from "node:fs";

import { workspaceDir } from "../../../workspaces/paths.ts";
import type { TaskView } from "../../core/world.ts";
import type { Refused } from "../state/shown-sources.ts";

export type SourceSeen =
  | { readonly kind: "possible" }
  | { readonly kind: "refused"; readonly why: string }
  /** Nobody has answered yet. */
  | { readonly kind: "asked" };

export interface SourcesSeen {
  /** Grows with each answer that changes one. */
  readonly version: number;
  readonly of: (task: Waiting) => SourceSeen;
  /** The tasks that wait now: of others nothing is asked any more. */
  readonly only: (tasks: readonly Waiting[]) => void;
}

export type Waiting = Pick<TaskView, "id" | "cwd" | "base" | "target">;

/** What the same answer holds for. */
export const keyOf = ({ cwd, base, target }: Waiting): string => (base === "fresh" ? `${cwd}\0${target ?? ""}` : cwd);

/** A workspace that is there needs nothing more of its source; without a directory it waits for that. */
export const needsNothing = (home: string, { id, cwd }: Waiting): boolean =>
  cwd === "" || existsSync(workspaceDir(home, id));

/** What was seen of them by another process. */
export const sourcesShown = (home: string, refused: Refused): SourcesSeen => ({
  version: 0,
  of: (task) => {
    const why = needsNothing(home, task) ? undefined : refused[keyOf(task)];
    return why === undefined ? { kind: "possible" } : { kind: "refused", why };
  },
  only: () => undefined,
});
