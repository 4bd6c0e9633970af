/**
 * approve, reject: a person's word on work that waits for them, whether fleet believes it or not; and an approval that holds no
 * longer, because the work is not what was approved.
 */
import { isBlank } from "@fleet/kit/text";
import { experimentOf, landingOf, reviewOf, takenByClosing } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { Approval, Review } from "../record-shapes.ts";
import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Comment, Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { notBefore, stamp } from "../time.ts";
import { ALREADY_THERE } from "./close.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { withPickedEpic } from "./picked-epic.ts";
import { toStatus } from "./status-change.ts";
import { touched } from "./touched.ts";

/** The parts of the work that an approval names. */
export type Seen = Pick<Approval, "base" | "head" | "tree" | "content" | "files">;

interface Reviewing {
  readonly id: string;
  /** The attempt, by its uuid, whose work was looked at: that of another one is not meant. */
  readonly looked?: string | undefined;
  /** The person's words; kept as a comment unless empty. */
  readonly words: string;
}

interface Approving extends Reviewing {
  /** The task closes later, once its approved work is on its target. */
  readonly lands?: boolean | undefined;
  /** The work as it was looked at, of this attempt: of another one it says nothing. */
  readonly seen?: Seen & { readonly uuid: string };
  /** Further trailers of the commit: the receipt of what is approved. */
  readonly trailers?: ((review: Review) => readonly (readonly [name: string, value: string])[]) | undefined;
}

export interface Reviewed {
  readonly issue: Issue;
  /** The review that was decided. */
  readonly review: Review;
}

function standing(issue: Issue, looked: string | undefined): Review {
  const review = reviewOf(issue);
  if (review !== undefined && looked !== undefined && review.attempt.uuid !== looked)
    throw changedSince(issue, `attempt ${review.attempt.n} waits for review now`);
  if (review !== undefined) return review;
  if (landingOf(issue) !== undefined) {
    const how = fleetRecord(issue).accepted_by === undefined ? "needs no approval" : "is approved already";
    throw new StoreError("guarded", `${issue.id} ${how}, and closes once it has landed`, {
      mend: `fleet land ${issue.id}, or to have it done again: fleet retry ${issue.id}`,
    });
  }
  throw new StoreError("guarded", `${issue.id} does not wait for approval: it is ${issue.status}`, {
    mend: "fleet review",
  });
}

export const changedSince = ({ id }: Pick<Issue, "id">, what: string): StoreError =>
  new StoreError("guarded", `${id} has changed since you looked at it: ${what}`, { mend: `fleet review ${id}` });

export function commented(issue: Issue, act: Act, words: string): Comment[] | undefined {
  if (isBlank(words)) return issue.comments;
  const said = { id: act.uuid(), issue_id: issue.id, author: act.actor, text: words, created_at: stamp(act.now) };
  return [...(issue.comments ?? []), said];
}

/** An answer is in no file that could land, and what was there already is on its target. */
const LANDS_NOTHING: ReadonlySet<string> = new Set(["answer", ALREADY_THERE]);

const gradeOf = ({ no_change, grade }: Review): string => (no_change === true ? ALREADY_THERE : (grade ?? "accepted"));

/** `accepted by Ann`; `already-there, says Ann`; `checked, accepted by Ann`. */
export function gradeText(grade: string | undefined, by: string | undefined): string | undefined {
  if (grade === undefined || by === undefined) return grade;
  if (grade === "accepted") return `accepted by ${by}`;
  return grade === ALREADY_THERE ? `${grade}, says ${by}` : `${grade}, accepted by ${by}`;
}

/** The task closes, or is to land first, with the agent's words, and with the name of whoever took its work. */
export function approve(
  snapshot: Snapshot,
  act: Act,
  { id, words, looked, lands, seen, trailers }: Approving,
): Decision<Reviewed> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const review = standing(issue, looked);
  if (experimentOf(issue) !== undefined)
    throw new StoreError("guarded", `${issue.id} is one of several that do the same: one of them is picked`, {
      mend: `fleet pick ${issue.id}`,
    });
  const grade = gradeOf(review);
  const reason = isBlank(review.claim) ? `accepted by ${act.actor}` : `${review.claim} (accepted by ${act.actor})`;
  const isToLand = lands === true && !LANDS_NOTHING.has(grade);
  const { attempt } = review;
  // Where the work is in another home, it is what that showed.
  const of =
    seen?.uuid === attempt.uuid
      ? {
          base: seen.base,
          head: seen.head ?? review.head,
          tree: seen.tree,
          content: seen.content,
          files: seen.files,
        }
      : {};
  const accepted = withRecord(issue, {
    review: undefined,
    rework: undefined,
    reason: undefined,
    grade,
    accepted_by: act.actor,
    accepted: takenByClosing(fleetRecord(issue)),
    approval: { by: act.actor, at: stamp(act.now), attempt, ...defined(of) },
    landing: isToLand ? { attempt, at: stamp(act.now), reason } : undefined,
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
    attempt,
    trailers: [["Fleet-Grade", gradeText(grade, act.actor) ?? grade], ...(trailers?.(review) ?? [])],
    issues: withPickedEpic(snapshot, act, next),
    result: { issue: next, review },
  };
}

const defined = (seen: Seen): Seen =>
  Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined));

/** Back to the queue: the next attempt is told the words, and gets no more tries than were left. */
export function reject(snapshot: Snapshot, act: Act, { id, words, looked }: Reviewing): Decision<Reviewed> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const review = standing(issue, looked);
  const { attempt, grade } = review;
  const [how, what] = grade === undefined ? ["rejected", "Rejected"] : ["changes requested", "Changes requested of"];
  const reason = isBlank(words) ? `${how} by ${act.actor}` : `${how} by ${act.actor}: ${words}`;
  const rework = { by: act.actor, at: stamp(act.now), words, attempt };
  const sent = withRecord(issue, { review: undefined, not_before: undefined, reason, rework });
  const said = isBlank(words) ? "" : `${what} attempt ${attempt.n}: ${words}`;
  const next = touched(sent, act, {
    ...toStatus(issue, "open", act),
    assignee: undefined,
    comments: commented(issue, act, said),
  });
  return {
    kind: "commit",
    event: "reject",
    task: issue.id,
    subject: reason,
    attempt,
    issues: [next],
    result: { issue: next, review },
  };
}

export interface Voiding {
  readonly id: string;
  /** The files that are not what was approved, or a sentence in their place. */
  readonly moved: readonly string[];
  /** All changes, in one line. */
  readonly change: string;
}

/** Its work is not what was approved: it waits for a person again. Nothing where no approval stands any more. */
export function voidApproval(snapshot: Snapshot, act: Act, { id, moved, change }: Voiding): Decision<Issue> {
  const issue = find(snapshot, id);
  const stage = landingOf(issue);
  const { approval, accepted, grade = "accepted" } = fleetRecord(issue);
  if (stage === undefined || approval === undefined) return none(issue);
  const { by, at, attempt } = approval;
  const review = {
    attempt,
    at: stamp(act.now),
    // The next approval is a new one.
    claim: stage.reason.replace(/ \(accepted by [^()]*\)$/, ""),
    change,
    missing: [],
    grade,
    ...(accepted?.head === undefined ? {} : { head: accepted.head }),
    voided: { by, at, moved: [...moved] },
  };
  const taken = { approval: undefined, grade: undefined, accepted: undefined, accepted_by: undefined };
  const voided = { review, landing: undefined, ...taken };
  const next = touched(withRecord(issue, voided), act, {});
  return {
    kind: "commit",
    event: "review",
    task: issue.id,
    subject: `the approval of ${by} no longer holds: ${moved.join(", ")}`,
    attempt,
    trailers: [["Fleet-Outcome", "done"]],
    issues: [next],
    result: next,
  };
}
