/** Completion claims that wait for a person, the one that waits longest in front. */
import { orNull } from "@fleet/kit/text";
import { experimentOf, reviewOf } from "@fleet/store/claims";

import type { Fleet } from "../open.ts";

export interface AskedRow {
  readonly id: string;
  readonly title: string;
  readonly attempt: number;
  /** RFC 3339: since when it waits. */
  readonly at: string;
  /** In the agent's words; null where it ended without closing the task. */
  readonly claim: string | null;
  /** What changed, in a line. */
  readonly change: string;
  /** Why it is not believed, a line on each. */
  readonly missing: readonly string[];
  readonly approve_with: string;
  readonly reject_with: string;
}

export function askedRows({ store }: Fleet): AskedRow[] {
  const rows = [...store.snapshot().live.values()].flatMap((issue): AskedRow[] => {
    const review = reviewOf(issue);
    // What fleet believes waits for a look, and asks nothing: fleet review.
    if (review === undefined || review.grade !== undefined) return [];
    const { id, title } = issue;
    const { attempt, at, claim, change, missing } = review;
    return [
      {
        id,
        title,
        attempt: attempt.n,
        at,
        claim: orNull(claim),
        change,
        missing,
        approve_with: experimentOf(issue) === undefined ? `fleet approve ${id}` : `fleet pick ${id}`,
        reject_with: `fleet reject ${id} -m "…"`,
      },
    ];
  });
  return rows.sort((a, b) => (a.at < b.at ? -1 : 1));
}
