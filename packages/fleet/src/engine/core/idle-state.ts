/** Why a task that no attempt holds does not start, or that nothing keeps it from it (pure). */
import { fleetRecord, isLeftBehind, setting } from "@fleet/store/claims";
import { type Graph, isDue } from "@fleet/store/graph";
import type { HeldHere } from "@fleet/store/held-here";
import { holdText } from "@fleet/store/hold";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { CONTAINERS } from "@fleet/store/status";
import { millis, stamp } from "@fleet/store/time";

/** ready, waiting (until a time), blocked (by tasks), needs-you, held (until a person changes it), container (an epic …), closed. */
export type IdleKind = "ready" | "waiting" | "blocked" | "needs-you" | "held" | "container" | "closed";

interface IdleState {
  readonly state: IdleKind;
  /** One line. Times in it are RFC 3339. */
  readonly reason: string | undefined;
  /** RFC 3339. */
  readonly not_before?: string | undefined;
}

interface Queue {
  readonly snapshot: Snapshot;
  readonly graph: Graph;
  readonly now: number;
  /** What waits to be trusted by this home. */
  readonly here: HeldHere;
}

export function idleState(issue: Issue, { snapshot, graph, now, here }: Queue): IdleState {
  const { not_before, reason } = fleetRecord(issue);
  if (issue.status === "closed") return { state: "closed", reason: issue.close_reason };
  if (issue.status === "blocked") return { state: "needs-you", reason: reason ?? issue.notes?.split("\n").at(-1) };
  if (CONTAINERS.has(issue.issue_type)) return { state: "container", reason: contained(issue, graph) };
  const held = heldBack(issue, now);
  if (held !== undefined) return { state: "held", reason: held };
  const deferral = graph.deferral(issue, now);
  if (deferral !== undefined) return deferred(issue, snapshot.liveIssue(deferral.by) ?? issue, deferral.until);
  const holds = graph.holds(issue, here);
  const why = holds.map((hold) => holdText(issue.id, hold)).join("; ");
  if (graph.isBlocked(issue))
    return { state: "blocked", reason: why === "" ? `waits for ${graph.blockedBy(issue).join(", ")}` : why };
  if (holds.length > 0) return { state: "held", reason: why };
  if (!graph.isReady(issue, { now })) return { state: "held", reason: setAside(issue) };
  if (setting(issue, "cwd") === undefined)
    return { state: "held", reason: `it has no directory: fleet bd update ${issue.id} --cwd DIR --coder NAME` };
  if (millis(not_before) > now) return { state: "waiting", reason: reason ?? "tried", not_before };
  return { state: "ready", reason };
}

function contained(issue: Issue, graph: Graph): string {
  const { open, closed } = graph.children(issue.id);
  const children = open + closed === 0 ? "no children" : `${open} of ${open + closed} children open`;
  return `type ${issue.issue_type}: no coder works on it (${children})`;
}

/** What only a person changes. */
function heldBack(issue: Issue, now: number): string | undefined {
  const { assignee = "", status } = issue;
  const { reason } = fleetRecord(issue);
  const more = reason === undefined ? "" : `; ${reason}`;
  if (isLeftBehind(issue))
    return `held by ${assignee}, an attempt that has ended; to start it again: fleet retry ${issue.id}`;
  if (status !== "open" && status !== "deferred")
    return assignee === "" ? `status ${status}${more}` : `held by ${assignee}`;
  if (assignee === "") return undefined;
  const put = status === "deferred" && !isDue(issue, now) ? ", and deferred" : "";
  return `assigned to ${assignee}${put}; to let fleet start it: fleet bd update ${issue.id} --assignee ""`;
}

function deferred(issue: Issue, by: Issue, until: number): IdleState {
  const what = by.id === issue.id ? "deferred" : `${by.id} is deferred`;
  if (Number.isFinite(until)) return { state: "waiting", reason: what, not_before: stamp(until) };
  const why =
    by.defer_until === undefined ? " without a date" : ` until ${JSON.stringify(by.defer_until)}, which is no time`;
  return { state: "held", reason: `${what}${why}; to start it: fleet bd undefer ${by.id}` };
}

function setAside(issue: Issue): string {
  if (issue.pinned === true) return "pinned";
  if (issue.is_template === true) return "a template";
  if (issue.ephemeral === true) return `ephemeral; to let fleet start it: fleet bd update ${issue.id} --persistent`;
  return `type ${issue.issue_type}: no coder works on it`;
}
