/** What there is to say of tasks and attempts, read from the home alone: the same with and without a supervisor. */
import { statSync } from "node:fs";

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
import { measuresOf } from "../../attempts/limits/of-task.ts";
import { openHere } from "../../attempts/questions/open.ts";
import { type Answer, dispatch } from "../../engine/core/dispatch.ts";
import type { Reason } from "../../engine/core/reason.ts";
import { endsAt, listedAs } from "../../engine/core/reason-table.ts";
import { reasonText } from "../../engine/core/reason-text.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import { livenessRow } from "../../engine/shell/state/shown-life.ts";
import { knownOf } from "../../engine/shell/observe/model-facts.ts";
import type { Names } from "../../engine/shell/observe/real-names.ts";
import { seenWorld } from "./seen-world.ts";
import { coderOf, modelOf } from "../../engine/core/tasks.ts";
import { knownOfTask, restingRow, type TaskRow, type Told } from "./task-row.ts";

export type { TaskRow } from "./task-row.ts";

/** The coder of a finished task: today's default coder says nothing about it. */
function lastCoder(home: string, issue: Issue): Pick<TaskRow, "coder" | "model"> | undefined {
  const { attempts } = fleetRecord(issue);
  if (issue.status !== "closed" || attempts === undefined || setting(issue, "coder") !== undefined) return undefined;
  const last = attemptsOf(home, issue.id).findLast(({ n }) => n === attempts);
  const record = last === undefined ? undefined : ifReadable(() => readAttempt(last.dir));
  return record === undefined ? undefined : { coder: record.coder, model: record.model ?? null };
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
  const told: Told = { state: listedAs(why), reason: reasonText(issue.id, why), why, not_before: null };
  return restingRow(knownOfTask(issue, config), told, attempt?.n ?? null);
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
    const told: Told = { state: "running", reason, why: null, not_before: null };
    return restingRow(knownOfTask(issue, config), told, heldBy(issue)?.n ?? null);
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
    ...knownOfTask(issue, config),
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
function idle(issue: Issue, answer: Answer | undefined): Told {
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

function idleRow(home: string, issue: Issue, config: Config, answer: Answer | undefined): TaskRow {
  const now = knownOfTask(issue, config);
  const last = lastCoder(home, issue);
  return restingRow(last === undefined ? now : { ...now, ...last }, idle(issue, answer), null);
}

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
