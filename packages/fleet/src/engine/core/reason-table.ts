/** Of every reason why a task does not start: what it means, what ends it, as what the task is listed. docs/explain.md shows it. Long, because it has a row for each. */
import type { Reason } from "./reason.ts";

/** As what a task is listed that waits for this reason. */
export type ListedAs =
  /** An attempt holds it. */
  | "running"
  /** It would start, had the fleet room for it, or were it allowed to start anything. */
  | "ready"
  /** It starts by itself once a time has come or something is there again. */
  | "waiting"
  /** Other tasks have to be closed first. */
  | "blocked"
  /** An attempt waits for a person. */
  | "needs-you"
  /** A person has to change it first. */
  | "held"
  /** No coder ever works on it. */
  | "container";

interface Row {
  readonly means: string;
  /** What ends it without anybody's doing; null for nothing. */
  readonly itself: string | null;
  /** What a person types, in general; `remedies` gives it for a task. */
  readonly command: string | null;
  readonly listed: ListedAs;
}

/** In the order in which they are asked: where several hold, the first is told. */
export const REASONS: Readonly<Record<Reason["kind"], Row>> = {
  running: {
    means: "an attempt works on it",
    itself: "the end of the attempt",
    command: "fleet kill ID",
    listed: "running",
  },
  "record-unknown": {
    means: "fleet's record on it can't be understood, so that an attempt may hold it",
    itself: null,
    command: "fleet retry ID",
    listed: "held",
  },
  elsewhere: {
    means: "an attempt of another home holds it",
    itself: "the end of that attempt, and a sync",
    command: "fleet sync",
    listed: "running",
  },
  "needs-you": {
    means: "it is blocked until a person acts",
    itself: null,
    command: "fleet retry ID",
    listed: "needs-you",
  },
  asked: {
    means: "its attempt claims to be done, and a person has to judge that",
    itself: null,
    command: "fleet approve ID; fleet reject ID -m WORDS",
    listed: "needs-you",
  },
  "in-review": {
    means: "its work is done, and waits for approval",
    itself: null,
    command: "fleet review ID; fleet approve ID; fleet reject ID -m WORDS",
    listed: "needs-you",
  },
  "to-pick": {
    means: "it is one of an experiment, its attempt has ended, and you pick one of them",
    itself: null,
    command: "fleet compare EPIC; fleet pick ID; fleet reject ID -m WORDS",
    listed: "needs-you",
  },
  landing: {
    means: "its work is done and accepted, and not on its target yet; with `land: manual` you say when",
    itself: null,
    command: "fleet land ID",
    listed: "needs-you",
  },
  "pull-request": {
    means: "its work is accepted, and lands by a pull request, which waits to be merged or is about to be opened",
    itself: "the merge of the pull request; comments and failed checks there come back as work",
    command: "fleet pr ID",
    listed: "waiting",
  },
  "landing-after": {
    means: "its work is accepted, and lands automatically once the tasks that it needs are closed",
    itself: "the end of those tasks",
    command: "fleet bd dep remove ID OTHER",
    listed: "blocked",
  },
  "landing-held": {
    means:
      "its work is accepted, and something is in the way of landing it: an open rebase, a lock, a changed file, a push that was declined",
    itself: "a change there; the supervisor keeps looking",
    command: "fleet land ID",
    listed: "waiting",
  },
  "landing-now": {
    means: "its work is accepted, and is being checked and brought onto its target",
    itself: "the end of that",
    command: null,
    listed: "waiting",
  },
  "landing-next": {
    means: "its work is accepted, and lands automatically, after those ahead of it in its repository",
    itself: "its turn",
    command: "fleet land ID",
    listed: "waiting",
  },
  container: {
    means: "an epic, or another type without work of its own",
    itself: null,
    command: null,
    listed: "container",
  },
  "left-behind": {
    means: "it is assigned to an attempt that has ended",
    itself: null,
    command: "fleet retry ID",
    listed: "held",
  },
  status: {
    means: "its status says that it is being worked on, or should not be",
    itself: null,
    command: "fleet bd update ID --status open",
    listed: "held",
  },
  assigned: {
    means: "it is assigned to a person",
    itself: null,
    command: 'fleet bd update ID --assignee ""',
    listed: "held",
  },
  deferred: {
    means: "it, or an issue above it, is deferred",
    itself: "its date",
    command: "fleet bd undefer ID",
    listed: "waiting",
  },
  held: {
    means: "it needs issues that this home does not have, or it came from outside and is not trusted yet",
    itself: "an import or a sync that brings what is missing",
    command: "fleet bd dep remove ID OTHER; fleet bd update ID --trust",
    listed: "held",
  },
  dependencies: {
    means: "it needs tasks that are open",
    itself: "the end of those tasks",
    command: "fleet bd dep remove ID OTHER",
    listed: "blocked",
  },
  "set-aside": {
    means: "it is pinned, a template, ephemeral, or of a type that is not work",
    itself: null,
    command: "fleet bd update ID --persistent",
    listed: "held",
  },
  "no-directory": {
    means: "it has no directory to work in",
    itself: null,
    command: "fleet bd update ID --cwd DIR",
    listed: "held",
  },
  "no-coder": {
    means: "it names no coder, and the settings have none for such tasks",
    itself: "`default_coder` in config.yaml",
    command: "fleet config set default_coder=NAME",
    listed: "held",
  },
  "coder-unknown": {
    means: "there is no coder of that name",
    itself: "an entry under `coders:` in config.yaml",
    command: "fleet bd update ID --coder NAME",
    listed: "held",
  },
  "review-full": {
    means: "as many tasks of its project wait for review as its `max_in_review` allows",
    itself: null,
    command: "fleet review",
    listed: "waiting",
  },
  strayed: {
    means: "its directory is not where it was when the task was made: its git working tree was removed or emptied, say",
    itself: "its directory, put back; the supervisor keeps looking",
    command: "fleet update ID --cwd DIR",
    listed: "held",
  },
  "no-clone": {
    means: "it is to work in a clone, and none can be made of its directory, or of the branch that its work is for",
    itself: "a repository of which one can be made, with that branch; the supervisor keeps looking",
    command: "fleet bd update ID --isolate none; fleet bd update ID --target BRANCH",
    listed: "held",
  },
  backoff: {
    means: "its last attempt failed, and the pause after it is not over",
    itself: "the end of the pause",
    command: "fleet retry ID",
    listed: "waiting",
  },
  breaker: {
    means: "its coder or its directory was not found, several times in a row",
    itself: "one attempt that starts; it is let through at the stated time",
    command: "fleet resume",
    listed: "waiting",
  },
  probed: {
    means: "as `breaker`, and that one attempt runs",
    itself: "the end of that attempt",
    command: "fleet resume",
    listed: "waiting",
  },
  "directory-silent": {
    means: "its directory does not respond, as on a network disk that is gone",
    itself: "a response; the supervisor keeps trying",
    command: "fleet bd update ID --cwd DIR",
    listed: "waiting",
  },
  "fleet-parked": {
    means: "the fleet's limit for a day is reached",
    itself: "midnight UTC",
    command: "fleet resume",
    listed: "waiting",
  },
  parked: {
    means: "every account that could run it is on hold: until a reset, until midnight, or until a person acts",
    itself: "the reset of the first of them",
    command: "fleet resume ACCOUNT",
    listed: "waiting",
  },
  "store-unknown": { means: "the queue can't be read", itself: null, command: "fleet bd doctor", listed: "ready" },
  unreadable: {
    means: "a file that says what may start can't be read",
    itself: null,
    command: "fleet resume",
    listed: "ready",
  },
  blind: {
    means: "the process table can't be read, so it is not known what is running",
    itself: "a process table that can be read",
    command: null,
    listed: "ready",
  },
  unsettled: {
    means: "config.yaml is invalid, and no version of it was ever accepted",
    itself: null,
    command: "fleet config show",
    listed: "ready",
  },
  unsupervised: { means: "no supervisor runs", itself: null, command: "fleet run start", listed: "ready" },
  stopping: { means: "the supervisor is about to stop", itself: null, command: "fleet run start", listed: "ready" },
  draining: { means: "the fleet is draining", itself: null, command: "fleet resume", listed: "ready" },
  paused: { means: "the fleet is paused", itself: null, command: "fleet resume", listed: "ready" },
  machine: {
    means: "the machine is short of processes, memory, open files or disk, or fleet's own program is gone from it",
    itself: "an attempt that could be started, or memory that is free again",
    command: "fleet run restart",
    listed: "waiting",
  },
  "fleet-full": {
    means: "`max_concurrent` attempts run",
    itself: "the end of one of them",
    command: "fleet config set max_concurrent=N",
    listed: "ready",
  },
  "coder-full": {
    means: "`max_per_coder` attempts of its coder run",
    itself: "the end of one of them",
    command: "fleet config set max_per_coder.CODER=N",
    listed: "ready",
  },
  "directory-full": {
    means: "`max_per_cwd` attempts run in its working tree",
    itself: "the end of one of them",
    command: "fleet config set max_per_cwd=N",
    listed: "ready",
  },
  "directory-taken": {
    means: "an agent is at work in its working tree: one at a time, unless `max_per_cwd` says otherwise",
    itself: "the end of that agent's attempt",
    command: "fleet bd update ID --isolate clone; fleet config set max_per_cwd=N",
    listed: "ready",
  },
  "project-full": {
    means: "as many attempts run in its project as its `max` allows",
    itself: "the end of one of them",
    command: "fleet config edit",
    listed: "ready",
  },
  "same-files": {
    means: "a running task may change the same files (--allow, --touches), and `same_files: wait` holds",
    itself: "the end of that one",
    command: "fleet config set same_files=ignore",
    listed: "ready",
  },
  quiet: {
    means: "a check in its directory failed while another attempt ran, and is to be repeated alone",
    itself: "the end of that check",
    command: null,
    listed: "ready",
  },
  "account-rising": {
    means: "the limit of its account has reset, and the account takes one more attempt every few seconds",
    itself: "the stated time",
    command: null,
    listed: "waiting",
  },
  "account-trial": {
    means: "its account was on hold, and one attempt tests whether it works again",
    itself: "the first answer that this attempt gets, or its end",
    command: null,
    listed: "waiting",
  },
  "account-full": {
    means: "the accounts that could run it run as many attempts as their `max` allows",
    itself: "the end of one of them",
    command: "fleet config set accounts.ACCOUNT.max=N",
    listed: "ready",
  },
  "supervised-elsewhere": {
    means: "it may be started next, by a supervisor of another container or machine, if that still runs",
    itself: "that supervisor",
    command: null,
    listed: "ready",
  },
};

/** What ends this one without anybody's doing; null for nothing. What came from outside no import brings into trust. */
export function endsBy(reason: Reason): string | null {
  if (reason.kind === "held" && (reason.hold.kind === "untrusted" || reason.hold.kind === "unknown")) return null;
  if (reason.kind === "landing-held" && reason.person) return null;
  return REASONS[reason.kind].itself;
}

/** When it is over by itself, in milliseconds since 1970; null where no time ends it. */
export function endsAt(reason: Reason): number | null {
  switch (reason.kind) {
    case "deferred":
    case "backoff":
    case "fleet-parked":
      return reason.until;
    case "breaker":
      return reason.from;
    case "parked":
      return reason.accounts[0]?.until ?? null;
    case "account-rising":
      return reason.at;
    case "running":
    case "elsewhere":
    case "record-unknown":
    case "needs-you":
    case "asked":
    case "in-review":
    case "to-pick":
    case "landing":
    case "pull-request":
    case "landing-after":
    case "landing-held":
    case "landing-now":
    case "landing-next":
    case "container":
    case "left-behind":
    case "status":
    case "assigned":
    case "set-aside":
    case "dependencies":
    case "held":
    case "no-directory":
    case "no-coder":
    case "store-unknown":
    case "coder-unknown":
    case "unreadable":
    case "blind":
    case "unsettled":
    case "unsupervised":
    case "supervised-elsewhere":
    case "stopping":
    case "draining":
    case "paused":
    case "probed":
    case "strayed":
    case "no-clone":
    case "directory-silent":
    case "machine":
    case "fleet-full":
    case "coder-full":
    case "directory-full":
    case "directory-taken":
    case "project-full":
    case "review-full":
    case "same-files":
    case "quiet":
    case "account-trial":
    case "account-full":
      return null;
  }
}

/** As what a task is listed: what is put off without a date waits for a person; what needs unknown tasks is blocked by them. */
export function listedAs(reason: Reason): ListedAs {
  if (reason.kind === "deferred" && reason.until === null) return "held";
  if (reason.kind === "held" && reason.hold.kind !== "untrusted") return "blocked";
  if (reason.kind === "landing-held" && reason.person) return "needs-you";
  return REASONS[reason.kind].listed;
}
