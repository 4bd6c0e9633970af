/**
 * What the store alone says against starting a task, in the order in which a person is told. Pure, and true for as long as
 * the branch stays where it is: whether a date is past by now is left to `dispatch`.
 */
import { orNull } from "@fleet/kit/text";
import { experimentOf, isElsewhere, isLeftBehind, landingOf, openPullOf, reviewOf } from "@fleet/store/claims";
import { setting } from "@fleet/store/task-settings";
import { fleetRecord, isRecordUnknown } from "@fleet/store/fleet-record";
import { type Graph, isDue } from "@fleet/store/graph";
import type { HeldHere } from "@fleet/store/held-here";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { CONTAINERS, NOT_WORK } from "@fleet/store/status";

import type { Obstacle } from "./reason.ts";

export interface Queue {
  readonly snapshot: Snapshot;
  readonly graph: Graph;
  /** Milliseconds since 1970: a date that is past by then is none. */
  readonly now: number;
  /** What waits to be trusted by this home. */
  readonly here: HeldHere;
  /** Which home this is. */
  readonly homeId: string;
}

/** Of a live issue; empty where it could start. */
export const obstaclesOf = (issue: Issue, queue: Queue): Obstacle[] => [
  ...claimed(issue, queue),
  ...heldBack(issue, queue),
  ...deferred(issue, queue),
  ...waiting(issue, queue),
  ...setAside(issue),
  ...(setting(issue, "cwd") === undefined ? [{ kind: "no-directory" } as const] : []),
];

function claimed(issue: Issue, { homeId }: Queue): Obstacle[] {
  if (isRecordUnknown(issue)) return [{ kind: "record-unknown" }];
  const { attempt, home } = fleetRecord(issue);
  if (attempt === undefined) return [];
  return isElsewhere(issue, homeId)
    ? [{ kind: "elsewhere", home: home ?? null }]
    : [{ kind: "running", attempt: attempt.n }];
}

function heldBack(issue: Issue, { graph, now }: Queue): Obstacle[] {
  const { status, assignee = "" } = issue;
  const { reason } = fleetRecord(issue);
  if (status === "blocked") return [{ kind: "needs-you", note: reason ?? issue.notes?.split("\n").at(-1) ?? null }];
  const review = reviewOf(issue);
  const epic = experimentOf(issue);
  if (review !== undefined && epic !== undefined)
    return [{ kind: "to-pick", epic, grade: review.grade ?? null, missing: review.missing }];
  if (review?.grade !== undefined) return [{ kind: "in-review", grade: review.grade, change: review.change }];
  if (review !== undefined)
    return [{ kind: "asked", claim: orNull(review.claim), change: review.change, missing: review.missing }];
  const pull = openPullOf(issue);
  if (pull !== undefined) return [{ kind: "pull-request", url: pull.url }];
  if (landingOf(issue) !== undefined) return [{ kind: "landing" }];
  if (CONTAINERS.has(issue.issue_type)) {
    const { open, closed } = graph.children(issue.id);
    return [{ kind: "container", type: issue.issue_type, open, children: open + closed }];
  }
  if (isLeftBehind(issue)) return [{ kind: "left-behind", assignee }];
  if (status !== "open" && status !== "deferred")
    return [{ kind: "status", status, assignee: assignee === "" ? null : assignee, note: reason ?? null }];
  if (assignee === "") return [];
  return [{ kind: "assigned", to: assignee, deferred: status === "deferred" && !isDue(issue, now) }];
}

function deferred(issue: Issue, { snapshot, graph, now }: Queue): Obstacle[] {
  const deferral = graph.deferral(issue, now);
  if (deferral === undefined) return [];
  const { by, until } = deferral;
  const date = snapshot.liveIssue(by)?.defer_until ?? null;
  return [{ kind: "deferred", by, until: Number.isFinite(until) ? until : null, date: date === "" ? null : date }];
}

/** Holds first: what they wait for comes about by itself in no case. */
function waiting(issue: Issue, { graph, here }: Queue): Obstacle[] {
  const holds = graph.holds(issue, here);
  const told = new Set(holds.flatMap((hold) => ("ids" in hold ? hold.ids : [])));
  const on = graph.isBlocked(issue) ? graph.blockedBy(issue).filter((id) => !told.has(id)) : [];
  return [
    ...holds.map((hold) => ({ kind: "held", hold }) as const),
    ...(on.length === 0 ? [] : [{ kind: "dependencies", on } as const]),
  ];
}

function setAside({ pinned, is_template, ephemeral, issue_type: type }: Issue): Obstacle[] {
  if (pinned === true) return [{ kind: "set-aside", as: "pinned", type }];
  if (is_template === true) return [{ kind: "set-aside", as: "template", type }];
  if (ephemeral === true) return [{ kind: "set-aside", as: "ephemeral", type }];
  return NOT_WORK.has(type) && !CONTAINERS.has(type) ? [{ kind: "set-aside", as: "type", type }] : [];
}
