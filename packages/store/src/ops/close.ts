/** close, reopen, and the completion claim that a close from inside an attempt is (as beads 1.0.5; ARCHITECTURE "The life of an attempt"). */
import { heldBy, releasedFields, takenByClosing } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import { type Act, type AttemptRef, type Change, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { Graph } from "../graph.ts";
import { isPinned, type Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { BLOCKING } from "../status.ts";
import { notBefore, stamp } from "../time.ts";
import { NEW_WORK, statusSet, takenBack } from "./own-block.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { guardLanding } from "./guard-landing.ts";
import { withPickedEpic } from "./picked-epic.ts";
import { touched } from "./touched.ts";
import { toStatus } from "./status-change.ts";

export interface Closing {
  readonly id: string;
  readonly reason: string;
  /** It says that nothing has to change, and why is its reason. */
  readonly noChange?: boolean;
  /** Lifts the guards. */
  readonly force?: boolean;
  readonly session?: string | undefined;
  /** Further trailers of the commit: a receipt. */
  readonly trailers?: readonly (readonly [string, string])[];
}

export type Closed =
  /** It is closed. */
  | { readonly kind: "closed"; readonly issue: Issue }
  /** Its own attempt says that it is done; it closes when the supervisor has the proof. `issue` is as it will stand. */
  | { readonly kind: "claimed"; readonly issue: Issue };

/** The grade of a task that a person closes because nothing had to change. */
export const ALREADY_THERE = "already-there";

/** The reason why it can't be closed, in bd's words. */
function guard(snapshot: Snapshot, issue: Issue, isClaim: boolean): void {
  const force = "(use --force to override)";
  if (isPinned(issue)) throw new StoreError("guarded", `cannot modify pinned issue ${issue.id} ${force}`);
  const graph = new Graph(snapshot);
  if (issue.issue_type === "epic") {
    const { open } = graph.children(issue.id);
    if (open > 0)
      throw new StoreError(
        "guarded",
        `cannot close epic ${issue.id}: ${open} open child issue(s); close children first or use --force to override`,
      );
  }
  // Its attempt may have begun with the work of what blocks it, and closes nothing: that waits.
  if (issue.status === "closed" || isClaim) return;
  guardLanding(issue);
  const blockers = (issue.dependencies ?? [])
    .filter((edge) => BLOCKING.has(edge.type))
    .map((edge) => edge.depends_on_id);
  const open = blockers.filter((id) => graph.blockers(issue).includes(id));
  if (open.length > 0)
    throw new StoreError("guarded", `cannot close ${issue.id}: blocked by open issues [${open.join(" ")}] ${force}`);
}

function asClosed(issue: Issue, act: Act, input: Closing): Issue {
  const now = notBefore(stamp(act.now), issue.created_at);
  const { review, landing } = fleetRecord(issue);
  const agreed = input.noChange === true ? { grade: ALREADY_THERE, accepted_by: act.actor } : {};
  const isKept = review === undefined && landing === undefined && input.noChange !== true;
  const accepted = takenByClosing(fleetRecord(issue));
  const answered = { review: undefined, landing: undefined, accepted, ...agreed };
  return touched(isKept ? issue : withRecord(issue, answered), act, {
    ...toStatus(issue, "closed", act),
    closed_at: now,
    close_reason: input.reason,
    closed_by_session: input.session ?? issue.closed_by_session,
  });
}

/** The change by which an attempt says that its own task is done; a block of its own is over with that. */
export function completion(
  issue: Issue,
  act: Act,
  held: AttemptRef,
  { reason, noChange = false }: Pick<Closing, "reason" | "noChange">,
): { kind: "commit" } & Change {
  const claim = { uuid: held.uuid, at: stamp(act.now), reason, ...(noChange ? { no_change: true } : {}) };
  return {
    kind: "commit",
    event: "complete",
    task: issue.id,
    subject: reason,
    attempt: held,
    issues: [withRecord(touched(takenBack(issue, act, held), act, {}), { completion: claim })],
  };
}

export function close(snapshot: Snapshot, act: Act, input: Closing): Decision<Closed> {
  const issue = find(snapshot, input.id);
  guardInside(issue, act);
  const held = heldBy(issue);
  const isClaim = act.inside !== undefined && held?.uuid === act.inside.uuid;
  if (input.force !== true) guard(snapshot, issue, isClaim);
  const closed = asClosed(issue, act, input);
  if (isClaim && held !== undefined) {
    return { ...completion(issue, act, held, input), result: { kind: "claimed", issue: closed } };
  }
  return {
    kind: "commit",
    event: "close",
    task: issue.id,
    subject: issue.title,
    body: input.reason === "Closed" ? "" : input.reason,
    trailers: [
      ...(input.trailers ?? []),
      ...(input.noChange === true ? [["Fleet-Grade", `${ALREADY_THERE}, says ${act.actor}`] as const] : []),
    ],
    issues: withPickedEpic(snapshot, act, closed),
    result: { kind: "closed", issue: closed },
  };
}

/** Reopened by the very attempt that closed it: it continues with its work, and claims nothing any more. */
function withdrawn(issue: Issue, act: Act, held: AttemptRef, reason: string | undefined): Decision<Issue> {
  const next = withRecord(touched(issue, act, {}), { completion: undefined });
  return {
    kind: "commit",
    event: "reopen",
    task: issue.id,
    subject: issue.title,
    body: reason ?? "",
    attempt: held,
    issues: [next],
    result: next,
  };
}

export function reopen(
  snapshot: Snapshot,
  act: Act,
  input: { readonly id: string; readonly reason?: string | undefined },
): Decision<Issue> {
  const issue = find(snapshot, input.id);
  guardInside(issue, act);
  if (issue.status === "open") return none(issue);
  const held = heldBy(issue);
  if (act.inside !== undefined && held?.uuid === act.inside.uuid && fleetRecord(issue).completion !== undefined)
    return withdrawn(issue, act, held, input.reason);
  const opened = touched(issue, act, {
    ...toStatus(issue, "open", act),
    ...releasedFields(issue),
    defer_until: undefined,
  });
  // It is new work: neither a pause nor the tries of what was done before count against it.
  const fresh =
    issue.status === "closed"
      ? withRecord(opened, {
          tries: undefined,
          not_before: undefined,
          reason: undefined,
          ...NEW_WORK,
        })
      : opened;
  const next = statusSet(issue, fresh, act);
  return {
    kind: "commit",
    event: "reopen",
    task: issue.id,
    subject: issue.title,
    body: input.reason ?? "",
    issues: [next],
    result: next,
  };
}
