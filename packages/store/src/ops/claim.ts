/** claim: one winner, by the swap; the same actor's second claim changes nothing (as beads 1.0.5). */
import { heldBy } from "../claims.ts";
import { type FleetRecord, fleetRecord, isRecordUnknown, withRecord } from "../fleet-record.ts";
import { type Act, type AttemptRef, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { Graph, isDue } from "../graph.ts";
import { holdText } from "../hold.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { stamp } from "../time.ts";
import { NOT_ACCEPTED } from "./own-block.ts";
import { toStatus } from "./status-change.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { touched } from "./touched.ts";

export interface Claiming {
  readonly id: string;
  /** The attempt the claim is for; a person's or a loop's claim has none. */
  readonly attempt?: AttemptRef;
  /** The home that the attempt's processes will be in (home-id.ts). */
  readonly home?: string;
  /** The account that the attempt runs on. */
  readonly account?: string;
}

/** Why this actor can't claim it, or undefined. */
export function claimRefusal(issue: Issue, { actor, now }: Pick<Act, "actor" | "now">): StoreError | undefined {
  if (issue.assignee !== undefined && issue.assignee !== "" && issue.assignee !== actor) {
    return new StoreError("not-claimable", `issue already claimed by ${issue.assignee}`, { mend: "fleet bd ready" });
  }
  if (issue.status === "in_progress" && issue.assignee === actor) return undefined;
  if (issue.status !== "open" && !isDue(issue, now)) {
    return new StoreError("not-claimable", `issue not claimable: status ${issue.status}`, { mend: "fleet bd ready" });
  }
  if (isRecordUnknown(issue)) {
    return new StoreError("not-claimable", "issue not claimable: metadata.fleet on it can't be understood", {
      mend: `fleet bd show ${issue.id} --json; an attempt may be recorded in it`,
    });
  }
  const held = heldBy(issue);
  if (held !== undefined) {
    return new StoreError("not-claimable", `issue not claimable: attempt ${held.n} on it is not settled yet`, {
      mend: `fleet task ${issue.id} attempts; fleet run start settles it`,
    });
  }
  return undefined;
}

/** Work counts from the first claim on, whichever attempt does it. */
function basesWith(issue: Issue, { uuid }: AttemptRef, act: Act): NonNullable<FleetRecord["bases"]> {
  const { bases = [] } = fleetRecord(issue);
  return bases.length > 0 ? bases : [{ uuid, at: stamp(act.now) }];
}

/** The issue as this actor holds it. */
export function claimed(issue: Issue, act: Act): Issue {
  return touched(issue, act, { ...toStatus(issue, "in_progress", act), assignee: act.actor });
}

export function claim(snapshot: Snapshot, act: Act, input: Claiming): Decision<Issue> {
  const issue = find(snapshot, input.id);
  guardInside(issue, act);
  const refused = claimRefusal(issue, act);
  if (refused !== undefined) throw refused;
  // A person may take it into their own hands all the same.
  const [hold] = input.attempt === undefined ? [] : new Graph(snapshot).holds(issue);
  if (hold !== undefined)
    throw new StoreError("not-claimable", `issue not claimable: ${issue.id} ${holdText(issue.id, hold)}`);
  if (issue.status === "in_progress") {
    // The actor's name is not the attempt: one claim holds one uuid, compared whole, and a claim without an attempt is
    // never adopted.
    const holder = heldBy(issue);
    if (input.attempt === undefined || holder?.uuid === input.attempt.uuid) return none(issue);
    const who = holder === undefined ? `${act.actor}, for no attempt` : `attempt ${holder.n} ${holder.uuid}`;
    throw new StoreError("not-claimable", `issue already claimed by ${who}`, { mend: "fleet bd ready" });
  }
  const held = claimed(issue, act);
  const next =
    input.attempt === undefined
      ? held
      : withRecord(held, {
          attempt: input.attempt,
          home: input.home,
          account: input.account,
          attempts: Math.max(input.attempt.n, fleetRecord(issue).attempts ?? 0),
          bases: basesWith(issue, input.attempt, act),
          completion: undefined,
          review: undefined,
          approval: undefined,
          landing: undefined,
          ...NOT_ACCEPTED,
          not_before: undefined,
          reason: undefined,
        });
  return {
    kind: "commit",
    event: "claim",
    task: issue.id,
    subject: issue.title,
    attempt: input.attempt,
    issues: [next],
    result: next,
  };
}
