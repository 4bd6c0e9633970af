/** approve, reject: a person's word on a claim of completion that fleet does not believe by itself. */
import { isBlank } from "@fleet/kit/text";
import { type Review, reviewOf, withRecord } from "../claims.ts";
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Comment, Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { notBefore, stamp } from "../time.ts";
import { ALREADY_THERE } from "./close.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { toStatus } from "./status-change.ts";
import { touched } from "./touched.ts";

export interface Reviewing {
  readonly id: string;
  /** What the person says; kept as a comment where it says something. */
  readonly words: string;
  /** Of what is approved: the task closes once its work is on its target, and not yet. */
  readonly lands?: boolean | undefined;
  /** Further trailers of the commit: the receipt of what is approved. */
  readonly trailers?: ((review: Review) => readonly (readonly [name: string, value: string])[]) | undefined;
}

export interface Reviewed {
  readonly issue: Issue;
  /** What was approved or rejected. */
  readonly review: Review;
}

function standing(issue: Issue): Review {
  const review = reviewOf(issue);
  if (review !== undefined) return review;
  throw new StoreError("guarded", `${issue.id} does not wait for approval: it is ${issue.status}`, {
    mend: "fleet questions",
  });
}

function commented(issue: Issue, act: Act, words: string): Comment[] | undefined {
  if (isBlank(words)) return issue.comments;
  const said = { id: act.uuid(), issue_id: issue.id, author: act.actor, text: words, created_at: stamp(act.now) };
  return [...(issue.comments ?? []), said];
}

/** The task closes, or is to land first, with the agent's words, and with the name of whoever took its work. */
export function approve(snapshot: Snapshot, act: Act, { id, words, lands, trailers }: Reviewing): Decision<Reviewed> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const review = standing(issue);
  const grade = review.no_change === true ? ALREADY_THERE : "accepted";
  const reason = isBlank(review.claim) ? `accepted by ${act.actor}` : `${review.claim} (accepted by ${act.actor})`;
  // Where nothing had to change, nothing is to land.
  const isToLand = lands === true && review.no_change !== true;
  const accepted = withRecord(issue, {
    review: undefined,
    reason: undefined,
    grade,
    accepted_by: act.actor,
    landing: isToLand ? { attempt: review.attempt, at: stamp(act.now), reason } : undefined,
  });
  const status = isToLand
    ? toStatus(issue, "in_progress", act)
    : {
        ...toStatus(issue, "closed", act),
        closed_at: notBefore(stamp(act.now), issue.created_at),
        close_reason: reason,
      };
  const next = touched(accepted, act, { ...status, comments: commented(issue, act, words) });
  return {
    kind: "commit",
    event: isToLand ? "land" : "close",
    task: issue.id,
    subject: issue.title,
    body: words,
    attempt: review.attempt,
    trailers: [
      ["Fleet-Grade", review.no_change === true ? `${grade}, says ${act.actor}` : `accepted by ${act.actor}`],
      ...(trailers?.(review) ?? []),
    ],
    issues: [next],
    result: { issue: next, review },
  };
}

/** Back to the queue: the next attempt is told the words, and gets no more tries than were left. */
export function reject(snapshot: Snapshot, act: Act, { id, words }: Reviewing): Decision<Reviewed> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const review = standing(issue);
  const reason = `rejected by ${act.actor}: ${words}`;
  const next = touched(withRecord(issue, { review: undefined, not_before: undefined, reason }), act, {
    ...toStatus(issue, "open", act),
    assignee: undefined,
    comments: commented(issue, act, `Rejected attempt ${review.attempt.n}: ${words}`),
  });
  return {
    kind: "commit",
    event: "reject",
    task: issue.id,
    subject: reason,
    attempt: review.attempt,
    issues: [next],
    result: { issue: next, review },
  };
}
