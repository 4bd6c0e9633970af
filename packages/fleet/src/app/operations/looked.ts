/** The work that a person has before them while they write, so that their word is on nothing else. */
import { reviewOf } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { changedSince } from "@fleet/store/ops/review";

import { keptWork } from "../../engine/shell/land/work-kept.ts";
import type { Fleet } from "../open.ts";

export interface Looked {
  /** The uuid of the attempt that waits for review; undefined where none does. */
  readonly attempt: string | undefined;
  /** Empty where no commit has it. */
  readonly head: string;
}

export async function lookedAt(fleet: Fleet, issue: Issue): Promise<Looked> {
  const work = await keptWork(fleet, issue);
  return { attempt: reviewOf(issue)?.attempt.uuid, head: work?.head ?? "" };
}

/** Throws where something else is to be judged by now. */
export async function refuseOther(fleet: Fleet, named: string, looked: Looked): Promise<void> {
  const issue = fleet.find(named);
  const review = reviewOf(issue);
  const now = await lookedAt(fleet, issue);
  if (now.attempt === looked.attempt && now.head === looked.head) return;
  // Of what does not wait any more, whoever is asked next says why.
  if (review === undefined) return;
  throw changedSince(
    issue,
    now.attempt === looked.attempt ? "its files were changed" : `attempt ${review.attempt.n} waits for review now`,
  );
}
