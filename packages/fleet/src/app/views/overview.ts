/** What there is to say of tasks and attempts, read from the home alone: the same with and without a supervisor. */
import { statSync } from "node:fs";
import { basename } from "node:path";

import { DiskError, ifReadable } from "@fleet/kit/errors";
import { orNull } from "@fleet/kit/text";
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { setting } from "@fleet/store/task-settings";
import { fleetRecord } from "@fleet/store/fleet-record";
import { byDispatch } from "@fleet/store/graph";
import { gitDirOf } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis, stamp } from "@fleet/store/time";

import { waitedMs } from "../../attempts/records/waits.ts";
import { readAway } from "../../engine/shell/state/away-file.ts";
import { readWorked } from "../../attempts/records/worked.ts";
import { recentFacts } from "../../attempts/stream/recent.ts";
import { printedAt } from "../../attempts/records/output.ts";
import { attemptsOf, dirOf } from "../../attempts/records/paths.ts";
import { dueText } from "../../attempts/evidence/check-due.ts";
import { openRun, readRun } from "../../attempts/evidence/check-files.ts";
import { type AttemptRecord, readAttempt } from "../../attempts/records/record.ts";
import { bootId, monotonic } from "@fleet/kit/clock";
import { oneLine } from "@fleet/kit/text";
import type { InForce } from "../../settings/in-force.ts";
import type { Config } from "../../settings/schema.ts";
import type { Measure } from "../../attempts/limits/measure.ts";
import { measuresOf } from "../../attempts/limits/of-task.ts";
import { openHere } from "../../attempts/questions/open.ts";
import { type Answer, dispatch } from "../../engine/core/dispatch.ts";
import type { Reason } from "../../engine/core/reason.ts";
import { endsAt, type ListedAs, listedAs } from "../../engine/core/reason-table.ts";
import { reasonText } from "../../engine/core/reason-text.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import { type LivenessRow, livenessRow } from "../../engine/shell/state/shown-life.ts";
import { knownOf } from "../../engine/shell/observe/model-facts.ts";
import type { Names } from "../../engine/shell/observe/real-names.ts";
import { seenWorld } from "./seen-world.ts";
import { coderOf, cwdOf, modelOf } from "../../engine/core/tasks.ts";

/** A task as `fleet tasks` shows it; `--json` prints exactly this. Times in milliseconds. */
export interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly priority: number;
  readonly status: string;
  readonly state: ListedAs | "closed";
  /** Null if none is named. */
  readonly coder: string | null;
  readonly model: string | null;
  /** Null where it has none. */
  readonly cwd: string | null;
  /** The directory's last part. */
  readonly project: string | null;
  readonly attempt: number | null;
  readonly elapsed_ms: number | null;
  readonly quiet_ms: number | null;
  readonly last_action: string | null;
  /** Whether it works, is quiet, waits for a person, hangs (docs/liveness.md); undefined without a supervisor. */
  readonly liveness: LivenessRow | null;
  readonly tokens: number | null;
  readonly context_percent: number | null;
  readonly cost_usd: number | null;
  /** How far each limit of it is used up: milliseconds, counts, US dollars. */
  readonly limits: readonly Measure[] | null;
  /** Why it is in that state, one line. Times in it are RFC 3339. */
  readonly reason: string | null;
  /** Why it does not start, as data (docs/explain.md); null for what is closed, this home's attempts, or started next. */
  readonly why: Reason | null;
  /** RFC 3339: when that is over by itself; null where no time ends it. */
  readonly not_before: string | null;
  /** RFC 3339; null where it is not closed. */
  readonly closed_at: string | null;
  /** What stood behind its closing (docs/evidence.md); null where it is not closed, or nobody looked. */
  readonly grade: string | null;
  readonly tries: number;
}

/** What there is to say of an attempt. */
const IDLE = {
  attempt: null,
  elapsed_ms: null,
  quiet_ms: null,
  last_action: null,
  liveness: null,
  tokens: null,
  context_percent: null,
  cost_usd: null,
  limits: null,
};

type Base = Omit<TaskRow, "state" | "reason" | "why" | "not_before" | keyof typeof IDLE>;

function base(issue: Issue, config: Config): Base {
  const cwd = cwdOf(issue);
  return {
    id: issue.id,
    title: issue.title,
    priority: issue.priority,
    status: issue.status,
    coder: orNull(coderOf(issue, config)),
    model: modelOf(issue, config) ?? null,
    cwd: orNull(cwd),
    project: orNull(basename(cwd) || cwd),
    closed_at: issue.closed_at ?? null,
    grade: issue.status === "closed" ? (fleetRecord(issue).grade ?? null) : null,
    tries: fleetRecord(issue).tries ?? 0,
  };
}

/** The coder of a finished task: today's default coder says nothing about it. */
function lastCoder(home: string, issue: Issue): Partial<Pick<TaskRow, "coder" | "model">> {
  const { attempts } = fleetRecord(issue);
  if (issue.status !== "closed" || attempts === undefined || setting(issue, "coder") !== undefined) return {};
  const last = attemptsOf(home, issue.id).findLast(({ n }) => n === attempts);
  const record = last === undefined ? undefined : ifReadable(() => readAttempt(last.dir));
  return record === undefined ? {} : { coder: record.coder, model: record.model ?? null };
}

function asksText(home: string, issue: Issue, now: number): string | undefined {
  const [asked] = openHere(home, issue, now);
  return asked === undefined ? undefined : `asks: ${asked.question.text}`;
}

/** Of an attempt of another home nothing is known here but that it holds the task. */
function othersRow(home: string, issue: Issue, config: Config): TaskRow | undefined {
  const gitDir = gitDirOf(home);
  if (!isElsewhere(issue, homeId(gitDir))) return undefined;
  const { attempt, home: other } = fleetRecord(issue);
  const why: Reason = { kind: "elsewhere", home: other ?? null };
  const told = { attempt: attempt?.n ?? null, reason: reasonText(issue.id, why), why, not_before: null };
  return { ...base(issue, config), ...IDLE, state: listedAs(why), ...told };
}

/**
 * `watched`: a supervisor runs for this home. What can't be read of an attempt is that row's trouble alone: an agent may
 * have put anything into its directory.
 */
function runningRow(home: string, issue: Issue, config: Config, now: number, watched: boolean): TaskRow {
  const others = othersRow(home, issue, config);
  if (others !== undefined) return others;
  try {
    return readableRow(home, issue, config, now, watched);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const reason = `what it does is unknown: ${error.message}${error.where === undefined ? "" : ` (${error.where})`}`;
    const attempt = heldBy(issue)?.n ?? null;
    return { ...base(issue, config), ...IDLE, state: "running", attempt, reason, why: null, not_before: null };
  }
}

function readableRow(home: string, issue: Issue, config: Config, now: number, watched: boolean): TaskRow {
  const held = heldBy(issue);
  const dir = held === undefined ? "" : dirOf(home, issue.id, held);
  const record = readAttempt(dir);
  const facts = recentFacts(dir);
  const window = facts.window ?? (record === undefined ? undefined : knownOf(home, "windows", record));
  const check = held === undefined ? undefined : openRun(dir);
  const due = held === undefined ? undefined : dueText(dir);
  const grew = check === undefined ? printedAt(dir) : (printedAt(check) ?? printedAt(dir));
  return {
    ...base(issue, config),
    coder: orNull(record?.coder ?? coderOf(issue, config)),
    model: facts.model ?? record?.model ?? modelOf(issue, config) ?? null,
    state: "running",
    attempt: held?.n ?? null,
    elapsed_ms: record === undefined ? null : Math.max(0, now - millis(record.created_at)),
    quiet_ms: grew === undefined ? null : Math.max(0, Math.round(now - grew)),
    last_action: orNull(facts.lastAction),
    // While a check of it runs, or waits, its coder is gone, and that is as it should be.
    liveness: (check === undefined && due === undefined ? livenessRow(dir, watched, now, record) : undefined) ?? null,
    tokens: facts.input + facts.output === 0 ? null : facts.input + facts.output,
    context_percent:
      facts.context === undefined || window === undefined ? null : Math.round((100 * facts.context) / window),
    cost_usd: facts.costUsd ?? null,
    limits: record === undefined ? null : measuresOf(record, facts, workedMs(home, dir, record, { now, config })),
    reason: (held === undefined ? asksText(home, issue, now) : (due ?? doing(home, issue, dir, check, now))) ?? null,
    why: null,
    not_before: null,
  };
}

/** How long it has run up to now, but for its waiting for a person and what time it could do nothing in: what counts against its time. */
function workedMs(
  home: string,
  dir: string,
  record: AttemptRecord,
  { now, config }: { readonly now: number; readonly config: Config },
): number {
  const waited = waitedMs(dir, monotonic(), {
    also: readAway(home, record.uuid).spans,
    worked: readWorked(dir),
    ...(record.boot === bootId() ? { since: record.monotonic } : {}),
    longest: config.max_wait,
  });
  return Math.max(0, now - millis(record.created_at) - waited);
}

/** What is done with it where that is not what the coder does; `check`: the run of a check that is under way. */
function doing(home: string, issue: Issue, dir: string, check: string | undefined, now: number): string | undefined {
  if (check !== undefined) return `checking: ${oneLine(readRun(check)?.command ?? "")}`;
  if (fleetRecord(issue).completion !== undefined) return "says it is done; being checked";
  return (
    asksText(home, issue, now) ??
    (isLookedAt(dir)
      ? (shownHold(home)?.text ?? onBaseText(dir) ?? "its directory is looked at before it starts")
      : undefined)
  );
}

/** What is to be proven is run where the work begins. */
function onBaseText(dir: string): string | undefined {
  const at = openRun(dir, "base");
  const command = at === undefined ? undefined : readRun(at)?.command;
  return command === undefined ? undefined : `run where the work begins: ${oneLine(command)}`;
}

/** Its directory is made, its record not yet. */
const isLookedAt = (dir: string): boolean =>
  readAttempt(dir) === undefined && statSync(dir, { throwIfNoEntry: false }) !== undefined;

const isWatched = (home: string): boolean => leaderOf(home).kind !== "none";

/** Why it does not start; `answer`: of what is not closed. */
function idle(issue: Issue, answer: Answer | undefined): Pick<TaskRow, "state" | "reason" | "why" | "not_before"> {
  if (answer === undefined) return { state: "closed", reason: issue.close_reason ?? null, why: null, not_before: null };
  if (answer.kind === "go") {
    const { onto } = answer;
    const on = onto === undefined ? "" : `, on the work of ${onto.join(", ")}, which has not landed yet`;
    return { state: "ready", reason: `started next${on}`, why: null, not_before: null };
  }
  const { reason: why } = answer;
  const until = endsAt(why);
  return {
    state: listedAs(why),
    reason: reasonText(issue.id, why),
    why,
    not_before: until === null ? null : stamp(until),
  };
}

const idleRow = (home: string, issue: Issue, config: Config, answer: Answer | undefined): TaskRow => ({
  ...base(issue, config),
  ...lastCoder(home, issue),
  ...IDLE,
  ...idle(issue, answer),
});

/** One task, as `overview` has it. */
export function taskRow(home: string, snapshot: Snapshot, settings: InForce, now: number, issue: Issue): TaskRow {
  const { config } = settings;
  if (heldBy(issue) !== undefined) return runningRow(home, issue, config, now, isWatched(home));
  const isOver = snapshot.liveIssue(issue.id) === undefined;
  const answers = isOver ? undefined : dispatch(seenWorld(home, snapshot, settings, now));
  return idleRow(home, issue, config, answers?.get(issue.id));
}

/** running: what an attempt holds · live: every task that is not closed · all: those too. */
export type Scope = "running" | "live" | "all";

/** In the order in which a person wants them: what they have to do, what continues on its own, what is over. */
export const STATES: readonly TaskRow["state"][] = [
  "running",
  "needs-you",
  "held",
  "waiting",
  "ready",
  "blocked",
  "container",
  "closed",
];

/** Running tasks, longest first; then the others by state, and in each as they are dispatched. `names`: as `seenWorld` has them. */
export function overview(
  home: string,
  snapshot: Snapshot,
  settings: InForce,
  now: number,
  scope: Scope,
  names?: Names,
): TaskRow[] {
  const { config } = settings;
  const live = [...snapshot.live.values()];
  const watched = isWatched(home);
  const running = live
    .filter((issue) => heldBy(issue) !== undefined)
    .map((issue) => runningRow(home, issue, config, now, watched));
  running.sort((a, b) => (b.elapsed_ms ?? 0) - (a.elapsed_ms ?? 0));
  if (scope === "running") return running;
  const answers = dispatch(seenWorld(home, snapshot, settings, now, names));
  const others = (scope === "live" ? live : snapshot.all())
    .filter((issue) => heldBy(issue) === undefined)
    .sort(byDispatch)
    .map((issue) => idleRow(home, issue, config, answers.get(issue.id)));
  others.sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  return [...running, ...others];
}
