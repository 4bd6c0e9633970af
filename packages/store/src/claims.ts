/**
 * fleet's own record on an issue, under `metadata.fleet`: which attempt holds it, how often it was tried, a completion
 * that waits to be proven, when it may be tried again. Beside it, flat in `metadata`, what a person sets: cwd, coder, model.
 */
import { isObject } from "@fleet/kit/is-object";

import type { AttemptRef } from "./decision.ts";
import type { Issue } from "./issue.ts";
import { array, boolean, type Infer, is, number, object, optional, record, string, unknown } from "./shape.ts";

/** What an attempt asked a person. Whether it is still open: questions.ts. */
const question = object({
  /** Also that of the comment which shows it. */
  id: string,
  /** Who asked, by name and by attempt. */
  by: string,
  attempt: object({ n: number, uuid: string }),
  /** RFC 3339: when it was asked. */
  at: string,
  text: string,
  /** Answers to choose from; another one is as good. */
  options: optional(array(string)),
  /** RFC 3339: so long the asker itself waits for the answer. Absent: the task is blocked until it is there. */
  until: optional(string),
  /** RFC 3339: when the asker gave up waiting; of one that blocks the task: when it was withdrawn, or the task was put back. */
  ended: optional(string),
  answer: optional(object({ text: string, by: string, at: string })),
});

export type Question = Infer<typeof question>;

const questions = array(question);

/** True for a list of questions that can be understood. */
export const areQuestions = (value: unknown): value is Question[] => is(questions, value);

/** Work that waits for a person: what they need to approve it or to send it back. */
const review = object({
  attempt: object({ n: number, uuid: string }),
  /** RFC 3339: since when it waits. */
  at: string,
  /** The agent's own words; of work that fleet believes, what its closing is to say. */
  claim: string,
  /** What changed, in a line. */
  change: string,
  /** It says that nothing has to. */
  no_change: optional(boolean),
  /** The commit of its files, where they are kept: what is approved is exactly that. */
  head: optional(string),
  /** Why it is not believed, a line on each. */
  missing: array(string),
  /** How strong what shows the work is, where fleet believes it and a person is to see it. Absent: it does not believe it. */
  grade: optional(string),
  /** An approval that holds no longer: whose it was, and which files are not what was approved. */
  voided: optional(object({ by: string, at: string, moved: array(string) })),
});

export type Review = Infer<typeof review>;

/**
 * A person's word on work: what it names is this state of it, and no other. `files`: of each file that it changes, what changed
 * in it and what it then is; absent where nobody could tell, or they were too many.
 */
const approval = object({
  by: string,
  /** RFC 3339. */
  at: string,
  attempt: object({ n: number, uuid: string }),
  /** Where it began, the commit that has the files as they were shown, and its tree; absent where none is kept. */
  base: optional(string),
  head: optional(string),
  tree: optional(string),
  /** Of all of it. */
  content: optional(string),
  files: optional(record(object({ change: string, file: string }))),
});

export type Approval = Infer<typeof approval>;

/** The pull request of its work, where there is one: open until somebody merges or closes it. */
const pull = object({
  number: number,
  url: string,
  /** The commit that was pushed last. */
  head: string,
  /** The work as which it was accepted; absent where that is the same commit. */
  work: optional(string),
  /** RFC 3339: when that was. */
  at: string,
  /** What reviewers said, and which checks failed, that was sent back already: by key. */
  told: array(string),
  /** How often something of it was sent back; never set back. */
  rounds: number,
});

export type Pull = Infer<typeof pull>;

/** What a person asked to have changed: the next attempt is told, until another says that it is done. */
const rework = object({ by: string, at: string, words: string, attempt: object({ n: number, uuid: string }) });

/** Whose work in a clone was accepted, by its proof or by a person, and as which commit of its files. */
const accepted = object({ attempt: object({ n: number, uuid: string }), head: optional(string) });

export type Accepted = Infer<typeof accepted>;

/** Work that is done and accepted, and not on its target yet: the task closes when it is. */
const landing = object({
  attempt: object({ n: number, uuid: string }),
  /** RFC 3339: since when it waits. */
  at: string,
  /** What its closing is to say. */
  reason: string,
});

export type LandingStage = Infer<typeof landing>;

/** How often a task was given back because it could not land, and what could not the last time. */
const landingRound = object({
  n: number,
  /** Of the target. */
  tip: string,
  /** The uuid of the attempt whose work was to land. */
  attempt: string,
});

export type LandingRound = Infer<typeof landingRound>;

const fleet = object({
  /** The attempt that holds the claim. */
  attempt: optional(object({ n: number, uuid: string })),
  /** The home whose claim made the attempt (home-id.ts): no other one may start, adopt or settle it. */
  home: optional(string),
  /** The account that the attempt runs on. */
  account: optional(string),
  /** How many attempts were ever started: the number of the last one. */
  attempts: optional(number),
  /** How many of them count against max_attempts. */
  tries: optional(number),
  /** RFC 3339: not to be dispatched before. */
  not_before: optional(string),
  /** Why it waits or what the last attempt ended with; one line. */
  reason: optional(string),
  /** `bd close` from inside the attempt; a claim until the receipt is made. */
  completion: optional(object({ uuid: string, at: string, reason: string, no_change: optional(boolean) })),
  /**
   * Where its work began, each by the attempt whose look at the directory it is; the last one counts. Empty until it is
   * first claimed, and again once it is opened anew.
   */
  bases: optional(array(object({ uuid: string, at: string }))),
  /**
   * Where its directory was when somebody said that the work belongs there, as that home saw it: the top of the working tree
   * of git; absent: it was in none. Of another directory, and to another home, it says nothing.
   */
  place: optional(object({ home: string, cwd: string, top: optional(string) })),
  /** What waits for a person's approval; `reviewOf` tells whether it still does. */
  review: optional(review),
  /** The person's word that stands on its work. */
  approval: optional(approval),
  /** The pull request of its work. */
  pull: optional(pull),
  /** What the person wants changed who sent it back last. */
  rework: optional(rework),
  /** What is to be brought onto its target; `landingOf` tells whether it still is. */
  landing: optional(landing),
  /** The experiment whose epic this is that it is one of the tasks of: none of them closes or lands before a person has picked one. */
  experiment: optional(string),
  /** The work that is to land, or did; absent where it is in no clone, or a person closed the task without any that was judged. */
  accepted: optional(accepted),
  /** Since it was last put back by a person, or landed. */
  landing_round: optional(landingRound),
  /** How strong what shows its work is (evidence/grade.ts of fleet), since it was closed. */
  grade: optional(string),
  /** Who took its work where that was a person, by name. */
  accepted_by: optional(string),
  /** The coder's session that the next attempt may resume. */
  session: optional(string),
  /** The coder that session belongs to. */
  session_coder: optional(string),
  /** The account it belongs to. */
  session_account: optional(string),
  /** The uuid of the attempt that holds the claim, where it blocked the task itself (ops/own-block.ts). */
  blocked_by: optional(string),
  /** Everything that was ever asked about this task, oldest first. */
  questions: optional(questions),
  /** Why it is not to be started (hold.ts). */
  hold: optional(unknown),
  /** The task whose attempt made this issue: that task's attempts may edit and close it (inside.ts). */
  made_by: optional(string),
  /** Keys of `metadata` that came from outside and that nobody here has set since: never read as settings. */
  outside: optional(array(string)),
});

export type FleetRecord = Infer<typeof fleet>;
export type TaskPlace = NonNullable<FleetRecord["place"]>;

/** What holds a record and settings: an issue, or one that is about to be made. */
export type Subject = Pick<Issue, "metadata">;

const NONE: FleetRecord = {};

/** An issue is never changed in place, and a supervisor asks for the same records several times in each tick. */
const decoded = new WeakMap<object, FleetRecord>();

/** What fleet keeps on this issue; an empty record where there is none, or none that can be read. */
export function fleetRecord(issue: Subject): FleetRecord {
  const value = issue.metadata?.["fleet"];
  if (!isObject(value)) return NONE;
  const known = decoded.get(value);
  if (known !== undefined) return known;
  const record = is(fleet, value) ? value : NONE;
  decoded.set(value, record);
  return record;
}

/** True for a record that is there and can't be understood: whether an attempt holds the issue is then not known. */
export function isRecordUnknown(issue: Issue): boolean {
  return issue.metadata?.["fleet"] !== undefined && fleetRecord(issue) === NONE;
}

function written(issue: Issue): Readonly<Record<string, unknown>> {
  const value = issue.metadata?.["fleet"];
  return isObject(value) ? value : {};
}

/** The issue with this record; fields that are undefined are taken out, those that are not known here stay. */
export function withRecord(
  issue: Issue,
  change: { readonly [K in keyof FleetRecord]?: FleetRecord[K] | undefined },
): Issue {
  const merged: Record<string, unknown> = { ...written(issue), ...change };
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  const metadata: Record<string, unknown> = { ...issue.metadata, fleet: merged };
  if (Object.keys(merged).length === 0) delete metadata["fleet"];
  return { ...issue, metadata };
}

/** The attempt that is recorded on the issue, held or waiting to be settled. */
export const heldBy = (issue: Issue): AttemptRef | undefined => fleetRecord(issue).attempt;

/** The attempt whose look shows where its work began. */
export const baseOf = (issue: Issue): string | undefined => fleetRecord(issue).bases?.at(-1)?.uuid;

/** When its work began, in milliseconds since 1970: anew, once it was opened again; 0 before its first claim. */
export const beganAt = (issue: Issue): number => Date.parse(fleetRecord(issue).bases?.at(-1)?.at ?? "") || 0;

/** What waits for a person to approve or reject it; a record that outlived its status does not. */
export function reviewOf(issue: Issue): Review | undefined {
  const { attempt, review } = fleetRecord(issue);
  return issue.status === "in_progress" && attempt === undefined ? review : undefined;
}

/** The epic of the experiment that this task belongs to, as long as nothing of it is picked. */
export const experimentOf = (issue: Subject): string | undefined => fleetRecord(issue).experiment;

/** What waits to be brought onto its target; a record that outlived its status does not. */
export function landingOf(issue: Issue): LandingStage | undefined {
  const { attempt, landing } = fleetRecord(issue);
  return issue.status === "in_progress" && attempt === undefined ? landing : undefined;
}

/** The pull request of a task that waits for it to be merged; one that is over is none. */
export function openPullOf(issue: Issue): Pull | undefined {
  const { pull } = fleetRecord(issue);
  return pull !== undefined && pull.number > 0 && landingOf(issue) !== undefined ? pull : undefined;
}

/** The work that a person takes by closing the task: what was accepted already, else what waits for approval. */
export function takenByClosing({ accepted, review }: FleetRecord): Accepted | undefined {
  if (accepted !== undefined || review?.head === undefined) return accepted;
  const { attempt, head } = review;
  return { attempt, head };
}

/** Of the same attempt, as the same commit. */
export const isSameWork = (one: Accepted | undefined, other: Accepted | undefined): boolean =>
  one?.attempt.uuid === other?.attempt.uuid && one?.head === other?.head;

/** The work that was accepted; where only the stage tells it (a home of before), as whatever commit. */
export function acceptedOf(issue: Issue): Accepted | undefined {
  const stage = landingOf(issue);
  return fleetRecord(issue).accepted ?? (stage === undefined ? undefined : { attempt: stage.attempt });
}

/** `claude/7f3a`: who an attempt is in the history and in the queue. */
export const attemptName = (coder: string, uuid: string): string => `${coder}/${uuid.slice(0, 4)}`;

/** True where the assignee is an attempt that has ended: nobody works on what it is assigned to any more. */
export function isLeftBehind(issue: Issue): boolean {
  const { attempt, attempts } = fleetRecord(issue);
  return attempt === undefined && attempts !== undefined && /.\/[0-9a-f]{4}$/.test(issue.assignee ?? "");
}

/** What an attempt that has ended held, taken off an issue that is put back; what a person assigned stays theirs. */
export const releasedFields = (issue: Issue): { readonly [K in "assignee" | "started_at"]?: undefined } =>
  isLeftBehind(issue) ? { assignee: undefined, started_at: undefined } : {};

/** True for an attempt that this home did not make: its processes are not here. A record that names no home is nobody's. */
export function isElsewhere(issue: Issue, home: string): boolean {
  const { attempt, home: whose } = fleetRecord(issue);
  return attempt !== undefined && whose !== home;
}

const SETTINGS = [
  "cwd",
  // Whether its attempts work there or in a clone of it, and which branch the work is for.
  "isolate",
  "target",
  // At which commit the work begins there.
  "base",
  "changes",
  "path",
  "coder",
  "model",
  // What is asked of the work, and what it may take.
  "checks",
  "expect",
  "allow",
  "deny",
  // What it will probably change; nothing is refused for it.
  "touches",
  "prove",
  "check_paths",
  "tests_are_work",
  "protect",
  "evidence",
  // Whether a person sees its work before it closes or lands.
  "review",
  "limits",
  // When it is called quiet or hung.
  "quiet_after",
  "warn_after",
  "hung_after",
  "stop_waiting_after",
] as const;

export type TaskSetting = (typeof SETTINGS)[number];

/** What a person sets under `metadata` of a task, for its attempts to work by; they may not change it themselves. */
export const TASK_SETTINGS: ReadonlySet<string> = new Set(SETTINGS);

/** The one way to a task's settings: a new one has to be in the list above, by which an import takes it off. */
export function settingValue(issue: Subject, name: TaskSetting): unknown {
  const value = issue.metadata?.[name];
  return value === undefined || fleetRecord(issue).outside?.includes(name) === true ? undefined : value;
}

/** A text that a person set under `metadata`: cwd, coder, model, path. */
export function setting(issue: Subject, name: TaskSetting): string | undefined {
  const value = settingValue(issue, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
