/** update: fields, status, labels, parent, metadata of one issue, in one commit (as beads 1.0.5). */
import { isBlank } from "@fleet/kit/text";
import { heldBy, releasedFields } from "../claims.ts";
import { fleetRecord, type TaskPlace, withRecord } from "../fleet-record.ts";
import type { Act, ChangeEvent, Decision } from "../decision.ts";
import { none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { holdOf } from "../hold.ts";
import type { Dependency, Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { type IssueType, knownStatus, PARENT, type Status } from "../status.ts";
import { millis, stamp, timeOf } from "../time.ts";
import { statusSet } from "./own-block.ts";
import { claimed, claimRefusal } from "./claim.ts";
import { completion } from "./close.ts";
import { checkTitle } from "./create.ts";
import { checkEdge, checkLoops } from "./edges.ts";
import { withBlockingQuestion } from "./question.ts";
import { find, resolveId } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { guardLanding } from "./guard-landing.ts";
import { withPickedEpic } from "./picked-epic.ts";
import { labelsOf } from "./label.ts";
import { touched } from "./touched.ts";
import { toStatus } from "./status-change.ts";

/** Values as they are to stand; an empty string takes an optional field out. Already checked by whoever parsed them. */
export interface Update {
  readonly id: string;
  readonly claim?: boolean;
  readonly status?: Status | undefined;
  readonly title?: string | undefined;
  readonly type?: IssueType | undefined;
  readonly priority?: number | undefined;
  readonly description?: string | undefined;
  readonly design?: string | undefined;
  readonly acceptance_criteria?: string | undefined;
  readonly notes?: string | undefined;
  readonly appendNotes?: string | undefined;
  readonly assignee?: string | undefined;
  readonly estimated_minutes?: number | undefined;
  readonly external_ref?: string | undefined;
  readonly spec_id?: string | undefined;
  readonly due_at?: string | undefined;
  readonly defer_until?: string | undefined;
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
  readonly setLabels?: readonly string[] | undefined;
  readonly parent?: string | undefined;
  readonly setMetadata?: Readonly<Record<string, unknown>>;
  readonly unsetMetadata?: readonly string[];
  /** Where the directory that is set is, as this home sees it. */
  readonly place?: TaskPlace;
  readonly ephemeral?: boolean | undefined;
  readonly session?: string | undefined;
  /** A person vouches for what it runs: its hold goes, and what came from outside counts. */
  readonly trust?: boolean | undefined;
}

type Fields = { [K in keyof Issue]?: Issue[K] | undefined };
const orGone = (value: string): string | undefined => (isBlank(value) ? undefined : value);

const PLAIN = [
  "description",
  "design",
  "acceptance_criteria",
  "notes",
  "assignee",
  "external_ref",
  "spec_id",
  "due_at",
] as const;

function withParent(snapshot: Snapshot, issue: Issue, parent: string, act: Act): Dependency[] {
  const others = (issue.dependencies ?? []).filter((edge) => edge.type !== PARENT);
  if (parent === "") return others;
  const id = resolveId(snapshot, parent);
  checkEdge(snapshot, { ...issue, dependencies: others }, id, PARENT);
  const edge: Dependency = {
    issue_id: issue.id,
    depends_on_id: id,
    type: PARENT,
    created_at: stamp(act.now),
    created_by: act.actor,
    metadata: "{}",
  };
  return [...others, edge];
}

function metadataOf(issue: Issue, input: Update): Record<string, unknown> | undefined {
  if ("fleet" in (input.setMetadata ?? {}) || (input.unsetMetadata ?? []).includes("fleet")) {
    throw new StoreError("invalid", "metadata.fleet is fleet's own record of attempts and can't be set by hand", {
      mend: `fleet retry ${issue.id}; fleet kill ${issue.id}`,
    });
  }
  if (input.setMetadata === undefined && (input.unsetMetadata ?? []).length === 0) return undefined;
  const next: Record<string, unknown> = { ...issue.metadata, ...input.setMetadata };
  for (const key of input.unsetMetadata ?? []) delete next[key];
  const set = new Set([...Object.keys(input.setMetadata ?? {}), ...(input.unsetMetadata ?? [])]);
  const own = outsideLess(issue, next, (key) => !set.has(key));
  return input.place === undefined ? own : withRecord({ ...issue, metadata: own }, { place: input.place }).metadata;
}

/** `metadata` with those keys alone still marked as from outside: what somebody here sets is theirs. */
function outsideLess(
  issue: Issue,
  metadata: Record<string, unknown>,
  isStill: (key: string) => boolean,
): Record<string, unknown> {
  const { outside } = fleetRecord(issue);
  if (outside === undefined || outside.every(isStill)) return metadata;
  const left = outside.filter(isStill);
  return withRecord({ ...issue, metadata }, { outside: left.length === 0 ? undefined : left }).metadata ?? {};
}

/** True for a change by which a person says where it runs, or that what it says is to run. */
export const trusts = (input: Omit<Update, "id">, act: Act): boolean =>
  act.inside === undefined && (input.trust === true || settingGiven(input, "cwd"));

const settingGiven = ({ setMetadata }: Omit<Update, "id">, name: string): boolean =>
  typeof setMetadata?.[name] === "string" && setMetadata[name] !== "";

/** `metadata` without the hold, or undefined if there is no hold. */
function trusted(issue: Issue, metadata: Record<string, unknown> | undefined, input: Update): Fields {
  const hold = holdOf(issue);
  const isTheirs = hold?.kind === "untrusted" || (hold?.kind === "unknown" && input.trust === true);
  if (!isTheirs && (input.trust !== true || fleetRecord(issue).outside === undefined)) return {};
  const base = { ...issue, metadata: metadata ?? { ...issue.metadata } };
  const without = isTheirs ? withRecord(base, { hold: undefined }) : base;
  const next = input.trust === true ? withRecord(without, { outside: undefined }) : without;
  return { metadata: next.metadata };
}

/** Put off anew without a date, an issue whose date is past waits for a word again, not for that date. */
function withoutPastDate({ defer_until: until }: Issue, input: Update, act: Act): Fields {
  const isPast = until !== undefined && (timeOf(until) ?? Number.POSITIVE_INFINITY) <= act.now;
  return input.status === "deferred" && input.defer_until === undefined && isPast ? { defer_until: undefined } : {};
}

function deferral(until: string, issue: Issue, act: Act): Fields {
  if (until === "")
    return { defer_until: undefined, ...(issue.status === "deferred" ? toStatus(issue, "open", act) : {}) };
  const later = millis(until) > act.now;
  return { defer_until: until, ...(later ? toStatus(issue, "deferred", act) : {}) };
}

function fieldsOf(snapshot: Snapshot, issue: Issue, input: Update, act: Act): Fields {
  const fields: Fields = {};
  if (input.title !== undefined) {
    checkTitle(input.title);
    fields.title = input.title;
  }
  if (input.type !== undefined) fields.issue_type = input.type;
  if (input.priority !== undefined) fields.priority = input.priority;
  if (input.estimated_minutes !== undefined) fields.estimated_minutes = input.estimated_minutes;
  if (input.ephemeral !== undefined) fields.ephemeral = input.ephemeral;
  for (const name of PLAIN) if (input[name] !== undefined) fields[name] = orGone(input[name]);
  if (input.appendNotes !== undefined && !isBlank(input.appendNotes)) {
    const before = fields.notes ?? issue.notes;
    fields.notes = before === undefined ? input.appendNotes : `${before}\n${input.appendNotes}`;
  }
  const labels = labelsOf(issue, input);
  if (labels !== undefined) fields.labels = labels;
  if (input.parent !== undefined) fields.dependencies = withParent(snapshot, issue, input.parent, act);
  const metadata = metadataOf(issue, input);
  if (metadata !== undefined) fields.metadata = metadata;
  if (trusts(input, act)) Object.assign(fields, trusted(issue, metadata, input));
  if (input.defer_until !== undefined) Object.assign(fields, deferral(input.defer_until, issue, act));
  if (input.status !== undefined) Object.assign(fields, toStatus(issue, input.status, act));
  Object.assign(fields, withoutPastDate(issue, input, act));
  if (input.status === "open") {
    const assigned = input.assignee === undefined ? {} : { assignee: fields.assignee };
    Object.assign(fields, releasedFields(issue), assigned);
  }
  if (input.status === "closed" && input.session !== undefined) fields.closed_by_session = input.session;
  return fields;
}

function eventOf(input: Update): ChangeEvent {
  if (input.claim === true) return "claim";
  switch (input.status === undefined ? undefined : knownStatus(input.status)) {
    case "blocked":
      return "block";
    case "closed":
      return "close";
    case "open":
    case "in_progress":
    case "deferred":
    case "pinned":
    case "hooked":
    case "tombstone":
    case undefined:
      return "update";
  }
}

function subjectOf(issue: Issue, input: Update, fields: Fields): string {
  if (input.claim === true) return issue.title;
  const named = Object.keys(fields).filter(
    (name) => name !== "started_at" && name !== "closed_at" && name !== "close_reason",
  );
  const status = input.status === undefined ? "" : `, now ${input.status}`;
  return `${fields.title ?? issue.title} (${named.join(", ")}${status})`;
}

export function update(snapshot: Snapshot, act: Act, input: Update): Decision<Issue> {
  const issue = find(snapshot, input.id);
  guardInside(issue, act);
  if (input.trust === true && act.inside !== undefined)
    throw new StoreError("guarded", `an attempt can't say that ${issue.id} may run; a person can`, {
      mend: `fleet ask "…"; then a person: fleet bd update ${issue.id} --trust`,
    });
  let base = issue;
  if (input.claim === true) {
    const refused = claimRefusal(issue, act);
    if (refused !== undefined) throw refused;
    if (issue.status !== "in_progress") base = claimed(issue, act);
  }
  const held = heldBy(issue);
  if (input.status === "closed" && act.inside !== undefined && held?.uuid === act.inside.uuid) {
    // The same claim as `bd close` by another verb, and as little a proof.
    const { status: _status, ...others } = input;
    const rest = fieldsOf(snapshot, base, others, act);
    const told = touched(base, act, rest);
    const shown = touched(told, act, toStatus(told, "closed", act));
    return { ...completion(told, act, held, { reason: "Closed" }), result: shown };
  }
  if (input.status === "closed") guardLanding(issue);
  const fields = fieldsOf(snapshot, base, input, act);
  if (Object.keys(fields).length === 0 && base === issue) return none(issue);
  if (fields.issue_type?.length === 0) throw new StoreError("invalid", "issue type is required");
  const told = Object.keys(fields).length === 0 ? base : touched(base, act, fields);
  // An epic ends when its children do: a new type can close a loop as a new parent can.
  if (fields.dependencies !== undefined || fields.issue_type === "epic") checkLoops(snapshot, [told]);
  // An agent that blocks its own task with words asks a person something.
  const words = input.status === "blocked" ? (input.notes ?? input.appendNotes) : undefined;
  const asks = act.inside !== undefined && held !== undefined && held.uuid === act.inside.uuid && words !== undefined;
  const asked = asks ? withBlockingQuestion(told, act, held, words) : told;
  const isSet = input.status !== undefined || asked.status !== issue.status;
  const next = isSet ? statusSet(issue, asked, act) : asked;
  return {
    kind: "commit",
    event: eventOf(input),
    task: issue.id,
    subject: subjectOf(issue, input, fields),
    issues: input.status === "closed" ? withPickedEpic(snapshot, act, next) : [next],
    result: next,
  };
}
