/** Work that waits for review keeps new tasks of the same project from starting (`max_in_review`). Pure. */
import { experimentOf, reviewOf } from "@fleet/store/claims";
import { setting } from "@fleet/store/task-settings";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";

import { isIn, type Project } from "../../settings/effective/project.ts";
import type { Config } from "../../settings/schema.ts";
import type { Obstacle } from "./reason.ts";

/** A task that waits for a person's word on its work. */
export interface Waiting {
  readonly id: string;
  readonly cwd: string;
}

/** None where no project bounds them: not needed. */
export function waitingForReview(live: readonly Issue[], { projects }: Config): Waiting[] {
  if (Object.values(projects).every(({ max_in_review: max }) => max === undefined)) return [];
  // An experiment is reviewed only when all of it is there.
  return live.flatMap((issue) =>
    reviewOf(issue) === undefined || experimentOf(issue) !== undefined
      ? []
      : [{ id: issue.id, cwd: setting(issue, "cwd") ?? "" }],
  );
}

/** Started tasks continue: a person may have sent them back. */
export function reviewFull(issue: Issue, projects: readonly Project[], waiting: readonly Waiting[]): Obstacle[] {
  if (waiting.length === 0 || (fleetRecord(issue).attempts ?? 0) > 0) return [];
  return projects.flatMap(({ dir, settings: { max_in_review: max } }): Obstacle[] => {
    const by = waiting.filter(({ cwd }) => isIn(cwd, dir)).map(({ id }) => id);
    return max === undefined || by.length < max ? [] : [{ kind: "review-full", project: dir, max, by }];
  });
}
