/**
 * settle: what becomes of a task when its attempt has ended and nothing of it is alive. It does nothing for an attempt
 * that is not the one recorded, so a late or repeated settlement changes nothing.
 */
import { isBlank } from "@fleet/kit/text";
import { heldBy, releasedFields } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { Accepted, Review } from "../record-shapes.ts";
import { type Act, type AttemptRef, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Comment, Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { notBefore, stamp } from "../time.ts";
import { find } from "./find.ts";
import { touched } from "./touched.ts";
import { NEW_WORK, NOT_ACCEPTED, withdrawn } from "./own-block.ts";
import { withPickedEpic } from "./picked-epic.ts";
import { isAnswered, withBlockingQuestion } from "./question.ts";
import { toStatus } from "./status-change.ts";

export type Disposition =
  /** The work is proven: close it, with the receipt in the commit. */
  | { readonly kind: "close"; readonly reason: string }
  /** The work is proven, and the task closes once it is on its target; until then it is in progress, and nobody's. */
  | { readonly kind: "land"; readonly reason: string }
  /** Back to the queue, not before then (RFC 3339). */
  | { readonly kind: "retry"; readonly notBefore: string | undefined }
  /** A person has to look. */
  | { readonly kind: "block" }
  /** A person approves or rejects what it claims; until then the task is in progress, and nobody's. */
  | { readonly kind: "ask" }
  /** The work is proven, and a person is to see it before the task closes; until then as with `ask`. */
  | { readonly kind: "review"; readonly reason: string };

const ENDS = {
  close: "close",
  land: "land",
  retry: "release",
  block: "block",
  ask: "review",
  review: "review",
} as const;

export interface Settlement {
  readonly id: string;
  readonly attempt: AttemptRef;
  /** The attempt's name in the queue: it does not stay the assignee of what it no longer works on. */
  readonly actor: string;
  /** The outcome's name, for the subject and the trailer Fleet-Outcome. */
  readonly outcome: string;
  /** One line that a person can read. */
  readonly reason: string;
  readonly counted: boolean;
  readonly disposition: Disposition;
  /** With `ask` and `review`: what the person is to look at. */
  readonly review?: Pick<Review, "claim" | "change" | "missing"> | undefined;
  /** The commit of its files, where they are kept. */
  readonly head?: string | undefined;
  /** For believed work: how strong its evidence is. */
  readonly grade?: string | undefined;
  /** Left on the task: the end of stderr, what was missing. */
  readonly comment?: string | undefined;
  /** A question that the coder asked by a tool of its own: recorded as one that blocks the task. */
  readonly question?: string | undefined;
  /** A person stopped it: what was answered meanwhile does not put it back. */
  readonly byPerson?: boolean;
  readonly session?: { readonly id: string; readonly coder: string; readonly account?: string } | undefined;
  readonly trailers?: readonly (readonly [string, string])[];
}

export type Settled =
  | { readonly kind: "settled"; readonly issue: Issue }
  /** The record names another attempt, or none: nothing was changed. */
  | { readonly kind: "not-ours" };

function withComment(issue: Issue, act: Act, text: string | undefined): Comment[] | undefined {
  if (text === undefined || isBlank(text)) return issue.comments;
  const added: Comment = { id: act.uuid(), issue_id: issue.id, author: act.actor, text, created_at: stamp(act.now) };
  return [...(issue.comments ?? []), added];
}

export function settle(snapshot: Snapshot, act: Act, input: Settlement): Decision<Settled> {
  const issue = snapshot.issue(input.id);
  if (issue === undefined || heldBy(issue)?.uuid !== input.attempt.uuid) return none({ kind: "not-ours" });
  const tries = (fleetRecord(issue).tries ?? 0) + (input.counted ? 1 : 0);
  // Answered before the attempt had ended: what it waited for is there, and the task goes back to the queue.
  const answered = input.byPerson !== true && isAnswered(issue, input.attempt.uuid);
  const who = { ...act, actor: input.actor };
  // Closed, blocked, put off or reopened by somebody while the attempt ran: that stands, only the record goes.
  const ours = issue.status === "in_progress";
  // A question after which it continued does not block the task, even if something else does.
  const past = ours ? withdrawn(issue, issue, act) : issue;
  const asked = input.question === undefined ? past : withBlockingQuestion(past, who, input.attempt, input.question);
  const recorded = withRecord(asked, {
    attempt: undefined,
    home: undefined,
    account: undefined,
    completion: undefined,
    blocked_by: undefined,
    tries: tries === 0 ? undefined : tries,
    reason: answered ? undefined : reasonAfter(issue, input, ours),
    not_before: input.disposition.kind === "retry" ? input.disposition.notBefore : undefined,
    review: ours && waitsForPerson(input.disposition) ? reviewFrom(issue, act, input) : undefined,
    approval: undefined,
    rework: isClaim(input.disposition) ? undefined : fleetRecord(issue).rework,
    landing:
      ours && input.disposition.kind === "land"
        ? { attempt: { ...input.attempt }, at: stamp(act.now), reason: input.disposition.reason }
        : undefined,
    grade: ours && isDone(input.disposition) ? input.grade : undefined,
    accepted_by: undefined,
    accepted: ours && isDone(input.disposition) ? acceptedFrom(input) : undefined,
    session: input.session?.id,
    session_coder: input.session?.coder,
    session_account: input.session?.account,
  });
  const left = issue.assignee === input.actor && issue.status !== "closed" ? { assignee: undefined } : {};
  const back = { ...toStatus(issue, "open", act), assignee: undefined };
  const fields = ours ? fieldsFor(issue, act, input) : answered ? back : left;
  const next = touched(recorded, act, { ...fields, comments: withComment(issue, act, input.comment) });
  const event = ours ? ENDS[input.disposition.kind] : answered ? "release" : "settle";
  return {
    kind: "commit",
    event,
    task: issue.id,
    subject: event === "close" ? issue.title : `${input.outcome}: ${input.reason}`,
    attempt: input.attempt,
    trailers: [["Fleet-Outcome", input.outcome], ...(input.trailers ?? [])],
    issues: ours ? withPickedEpic(snapshot, act, next) : [next],
    result: { kind: "settled", issue: next },
  };
}

/** For work in a clone. */
const acceptedFrom = ({ attempt, head }: Settlement): Accepted | undefined =>
  head === undefined ? undefined : { attempt: { ...attempt }, head };

const headOf = ({ head }: Settlement): Pick<Review, "head"> => (head === undefined ? {} : { head });

const isDone = ({ kind }: Disposition): boolean => kind === "close" || kind === "land";

const waitsForPerson = ({ kind }: Disposition): boolean => kind === "ask" || kind === "review";

/** The attempt says that it is done: what was asked of it is for whoever takes the work to look for. */
const isClaim = (disposition: Disposition): boolean => isDone(disposition) || waitsForPerson(disposition);

/** Work that is done on a task which somebody has set aside meanwhile does not close it: the reason says so. */
function reasonAfter(issue: Issue, input: Settlement, ours: boolean): string | undefined {
  if (ours && (input.disposition.kind === "land" || input.disposition.kind === "review")) return undefined;
  if (!isDone(input.disposition) && input.disposition.kind !== "review") return input.reason;
  if (ours || issue.status === "closed") return undefined;
  return `done (${input.reason}), but set to ${issue.status} meanwhile: fleet bd close ${issue.id} closes it`;
}

function fieldsFor(issue: Issue, act: Act, input: Settlement): { [K in keyof Issue]?: Issue[K] | undefined } {
  const { disposition } = input;
  if (disposition.kind === "retry") return { ...toStatus(issue, "open", act), assignee: undefined };
  if (disposition.kind === "block") {
    return { ...toStatus(issue, "blocked", act), assignee: undefined, notes: appended(issue.notes, input.reason) };
  }
  if (disposition.kind === "ask" || disposition.kind === "review" || disposition.kind === "land")
    return { ...toStatus(issue, "in_progress", act), assignee: undefined };
  return {
    ...toStatus(issue, "closed", act),
    closed_at: notBefore(stamp(act.now), issue.created_at),
    close_reason: disposition.reason,
    closed_by_session: input.session?.id,
  };
}

function reviewFrom(issue: Issue, act: Act, input: Settlement): Review {
  const { attempt, review, disposition, grade } = input;
  const { claim = "", change = "", missing = [] } = review ?? {};
  const no_change = fleetRecord(issue).completion?.no_change;
  if (disposition.kind === "review")
    return {
      attempt: { ...attempt },
      at: stamp(act.now),
      claim: disposition.reason,
      change,
      missing: [],
      grade: grade ?? "changed",
      ...headOf(input),
    };
  return {
    attempt: { ...attempt },
    at: stamp(act.now),
    claim,
    change,
    ...(no_change === true ? { no_change } : {}),
    missing: [...missing],
    ...headOf(input),
  };
}

/** The same again and again is one line. */
function appended(notes: string | undefined, line: string): string {
  if (notes === undefined || notes === "") return line;
  return notes === line || notes.endsWith(`\n${line}`) ? notes : `${notes}\n${line}`;
}

/** Without the line that a block added: whoever puts the task back has read it, and its comment stays. */
function withoutReason({ notes }: Issue, reason: string | undefined): string | undefined {
  if (notes === undefined || reason === undefined || reason === "") return notes;
  if (notes === reason) return undefined;
  return notes.endsWith(`\n${reason}`) ? notes.slice(0, -reason.length - 1) : notes;
}

export interface Retry {
  readonly id: string;
  /** Keys under `metadata` that are set, or with null taken out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The next attempt does not continue in the session of the last one. */
  readonly fresh?: boolean;
  /** The uuid of an attempt of another home, which is taken for gone on a person's word: its claim ends. */
  readonly release?: string;
}

const RELEASED = {
  attempt: undefined,
  home: undefined,
  account: undefined,
  completion: undefined,
  blocked_by: undefined,
} as const;

const NO_SESSION = { session: undefined, session_coder: undefined, session_account: undefined } as const;

/** `fleet retry`: back in the queue with fresh tries; the record of earlier attempts is kept. */
export function retry(snapshot: Snapshot, act: Act, input: Retry): Decision<Issue> {
  const issue = find(snapshot, input.id);
  const held = heldBy(issue);
  if (held !== undefined && held.uuid !== input.release)
    throw new StoreError("guarded", `${issue.id} is held by attempt ${held.n}`, { mend: `fleet kill ${issue.id}` });
  const cleared = withRecord(issue, {
    tries: undefined,
    not_before: undefined,
    reason: undefined,
    review: undefined,
    landing: undefined,
    approval: undefined,
    ...NOT_ACCEPTED,
    landing_round: undefined,
    // Opened anew it is new work; what is only blocked, or has not landed, goes on from where it began.
    ...(issue.status === "closed" ? NEW_WORK : {}),
    ...(held === undefined ? {} : RELEASED),
    ...(input.fresh === true ? NO_SESSION : {}),
  });
  const metadata = { ...cleared.metadata, ...input.metadata };
  for (const [key, value] of Object.entries(metadata)) if (value === null) delete metadata[key];
  const changed = input.metadata === undefined ? {} : { metadata };
  // A claim ends; whom a person assigned it to stays so.
  const unclaimed = issue.status === "in_progress" ? { assignee: undefined } : {};
  const opened = touched(cleared, act, {
    ...toStatus(issue, "open", act),
    ...unclaimed,
    ...(issue.status === "blocked" ? { notes: withoutReason(issue, fleetRecord(issue).reason) } : {}),
    ...releasedFields(cleared),
    ...changed,
  });
  const next = withdrawn(issue, opened, act);
  const { home = "" } = fleetRecord(issue);
  const said = `attempt ${held?.n ?? 0} of the home ${home}, which ${act.actor} said is gone`;
  return {
    kind: "commit",
    event: "retry",
    task: issue.id,
    subject: issue.title,
    ...(held === undefined ? {} : { trailers: [["Fleet-Released", said] as const] }),
    issues: [next],
    result: next,
  };
}
