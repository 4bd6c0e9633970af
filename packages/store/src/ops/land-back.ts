/**
 * land-back: what becomes of a task that waits to land where it can't as it is: back to the queue, to a person who has to act, or to
 * one who decides whether it is done. No try is counted. It does nothing for a task that waits no more.
 */
import { landingOf } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { LandingRound, Review } from "../record-shapes.ts";
import { type Act, type Decision, none } from "../decision.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { stamp } from "../time.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { toStatus } from "./status-change.ts";
import { touched } from "./touched.ts";

export type LandBackTo =
  /** The next attempt goes on with it. `round`: how often that was, and by which commits. */
  | { readonly kind: "retry"; readonly round: LandingRound }
  /** A person has to look. */
  | { readonly kind: "block"; readonly round?: LandingRound }
  /** A person says whether it is done. `isThere`: its target has the same files without it; else somebody took it off there. */
  | { readonly kind: "ask"; readonly isThere: boolean };

export interface LandBack {
  readonly id: string;
  /** The uuid of the attempt whose work was to land: what was accepted since is not sent back for it. */
  readonly attempt: string;
  /** One line that a person can read. */
  readonly reason: string;
  readonly to: LandBackTo;
}

const EVENTS = { retry: "release", block: "block", ask: "review" } as const;

export function landBack(snapshot: Snapshot, act: Act, { id, attempt, reason, to }: LandBack): Decision<boolean> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const stage = landingOf(issue);
  if (stage === undefined || stage.attempt.uuid !== attempt) return none(false);
  const record = withRecord(issue, {
    landing: undefined,
    approval: undefined,
    grade: undefined,
    accepted_by: undefined,
    not_before: undefined,
    reason,
    ...("round" in to ? { landing_round: to.round } : {}),
    // The next attempt's result is other work.
    ...(to.kind === "retry" ? { accepted: undefined } : {}),
    ...(to.kind === "ask"
      ? {
          review: {
            attempt: { ...stage.attempt },
            at: stamp(act.now),
            claim: stage.reason,
            change: "",
            ...(to.isThere ? { no_change: true } : stillWanted(issue)),
            missing: [reason],
          },
        }
      : {}),
  });
  const next = touched(record, act, { ...statusFor(issue, act, to), assignee: undefined });
  return {
    kind: "commit",
    event: EVENTS[to.kind],
    task: issue.id,
    subject: reason,
    attempt: stage.attempt,
    issues: [next],
    result: true,
  };
}

/** Approved again, it lands again, as what it was accepted as. */
function stillWanted(issue: Issue): Pick<Review, "grade" | "head"> {
  const { grade, accepted } = fleetRecord(issue);
  return {
    ...(grade === undefined ? {} : { grade }),
    ...(accepted?.head === undefined ? {} : { head: accepted.head }),
  };
}

function statusFor(issue: Issue, act: Act, { kind }: LandBackTo): { [K in keyof Issue]?: Issue[K] | undefined } {
  switch (kind) {
    case "retry":
      return toStatus(issue, "open", act);
    case "block":
      return toStatus(issue, "blocked", act);
    case "ask":
      return toStatus(issue, "in_progress", act);
  }
}
