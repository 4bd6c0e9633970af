/** What a person has still to look at holds back what is not begun in the same project (`max_in_review`). Pure. */
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
  // Of an experiment nothing is looked at before all of it is there.
  return live.flatMap((issue) =>
    reviewOf(issue) === undefined || experimentOf(issue) !== undefined
      ? []
      : [{ id: issue.id, cwd: setting(issue, "cwd") ?? "" }],
  );
}

/** What was begun goes on: it may be what a person has sent back. */
export function reviewFull(issue: Issue, projects: readonly Project[], waiting: readonly Waiting[]): Obstacle[] {
  if (waiting.length === 0 || (fleetRecord(issue).attempts ?? 0) > 0) return [];
  return projects.flatMap(({ dir, settings: { max_in_review: max } }): Obstacle[] => {
    const by = waiting.filter(({ cwd }) => isIn(cwd, dir)).map(({ id }) => id);
    return max === undefined || by.length < max ? [] : [{ kind: "review-full", project: dir, max, by }];
  });
}
