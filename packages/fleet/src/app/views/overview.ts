/** What there is to say of tasks and attempts, read from the home alone: the same with and without a supervisor. */
import { statSync } from "node:fs";
import { basename } from "node:path";

import { DiskError, ifReadable } from "@fleet/kit/errors";
import { fleetRecord, heldBy, setting } from "@fleet/store/claims";
import { byDispatch, Graph } from "@fleet/store/graph";
import { heldHere } from "@fleet/store/held-here";
import { gitDirOf } from "@fleet/store/home";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis } from "@fleet/store/time";

import { coderWaits, sessionWaits } from "../../engine/core/accounts/standstill.ts";
import { waitedMs } from "../../attempts/records/waits.ts";
import { recentFacts } from "../../attempts/stream/recent.ts";
import { printedAt } from "../../attempts/records/output.ts";
import { attemptsOf, dirOf } from "../../attempts/records/paths.ts";
import { openRun, readRun } from "../../attempts/evidence/check-files.ts";
import { type AttemptRecord, readAttempt } from "../../attempts/records/record.ts";
import { monotonic } from "@fleet/kit/clock";
import type { Config } from "../../settings/schema.ts";
import type { Measure } from "../../attempts/limits/measure.ts";
import { measuresOf } from "../../attempts/limits/of-task.ts";
import { openHere } from "../../attempts/questions/open.ts";
import { type IdleKind, idleState } from "../../engine/core/idle-state.ts";
import { type Breakers, holding, inWords, openBreakers } from "../../engine/core/breaker.ts";
import { readBreakers } from "../../engine/shell/state/breaker-file.ts";
import { type Parked } from "../../engine/core/accounts/park.ts";
import { realOr } from "../../engine/shell/observe/observe.ts";
import { unknownCoder } from "../../engine/core/unknown-coder.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { leader } from "../../engine/shell/state/leader.ts";
import { type LivenessRow, livenessRow } from "../../engine/shell/state/shown-life.ts";
import { knownWindow } from "../../engine/shell/observe/windows.ts";
import { coderOf, cwdOf, lookedIn, modelOf, sessionAccount } from "../../engine/core/tasks.ts";

/** A task as `fleet tasks` shows it; `--json` prints exactly this. Times in milliseconds. */
export interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly priority: number;
  readonly status: string;
  readonly state: "running" | IdleKind;
  readonly coder: string;
  readonly model: string | undefined;
  readonly cwd: string;
  /** The directory's last part. */
  readonly project: string;
  readonly attempt: number | undefined;
  readonly elapsed_ms: number | undefined;
  readonly quiet_ms: number | undefined;
  readonly last_action: string | undefined;
  /** Whether it works, is quiet, waits for a person, hangs (docs/liveness.md); undefined where nobody watches. */
  readonly liveness: LivenessRow | undefined;
  readonly tokens: number | undefined;
  readonly context_percent: number | undefined;
  readonly cost_usd: number | undefined;
  /** How far each limit of it is used up: milliseconds, counts, US dollars. */
  readonly limits: readonly Measure[] | undefined;
  /** Why it is in that state, one line. Times in it are RFC 3339. */
  readonly reason: string | undefined;
  /** deferred, or waiting between two tries: not claimed before then, RFC 3339. What its coder's accounts or its place hold up says when in `reason`. */
  readonly not_before: string | undefined;
  readonly tries: number;
}

type Base = Omit<
  TaskRow,
  | "state"
  | "reason"
  | "not_before"
  | "attempt"
  | "elapsed_ms"
  | "quiet_ms"
  | "last_action"
  | "liveness"
  | "tokens"
  | "context_percent"
  | "cost_usd"
  | "limits"
>;

function base(issue: Issue, config: Config): Base {
  const cwd = cwdOf(issue);
  return {
    id: issue.id,
    title: issue.title,
    priority: issue.priority,
    status: issue.status,
    coder: coderOf(issue, config),
    model: modelOf(issue, config),
    cwd,
    project: basename(cwd),
    tries: fleetRecord(issue).tries ?? 0,
  };
}

/** Who did what is finished: today's default coder says nothing of it. */
function lastCoder(home: string, issue: Issue): Partial<Pick<TaskRow, "coder" | "model">> {
  const { attempts } = fleetRecord(issue);
  if (issue.status !== "closed" || attempts === undefined || setting(issue, "coder") !== undefined) return {};
  const last = attemptsOf(home, issue.id).findLast(({ n }) => n === attempts);
  const record = last === undefined ? undefined : ifReadable(() => readAttempt(last.dir));
  return record === undefined ? {} : { coder: record.coder, model: record.model };
}

const IDLE = {
  not_before: undefined,
  attempt: undefined,
  elapsed_ms: undefined,
  quiet_ms: undefined,
  last_action: undefined,
  liveness: undefined,
  tokens: undefined,
  context_percent: undefined,
  cost_usd: undefined,
  limits: undefined,
};

function asksText(home: string, issue: Issue, now: number): string | undefined {
  const [asked] = openHere(home, issue, now);
  return asked === undefined ? undefined : `asks: ${asked.question.text}`;
}

/**
 * `watched`: a supervisor runs for this home. What can't be read of an attempt is that row's trouble alone: an agent may
 * have put anything into its directory.
 */
function runningRow(home: string, issue: Issue, config: Config, now: number, watched: boolean): TaskRow {
  try {
    return readableRow(home, issue, config, now, watched);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const reason = `what it does is unknown: ${error.message}${error.where === undefined ? "" : ` (${error.where})`}`;
    return { ...base(issue, config), ...IDLE, state: "running", attempt: heldBy(issue)?.n, reason };
  }
}

function readableRow(home: string, issue: Issue, config: Config, now: number, watched: boolean): TaskRow {
  const held = heldBy(issue);
  const dir = held === undefined ? "" : dirOf(home, issue.id, held);
  const record = readAttempt(dir);
  const facts = recentFacts(dir);
  const window = facts.window ?? (record === undefined ? undefined : knownWindow(home, record.coder, record.model));
  const check = held === undefined ? undefined : openRun(dir);
  const grew = check === undefined ? printedAt(dir) : (printedAt(check) ?? printedAt(dir));
  return {
    ...base(issue, config),
    coder: record?.coder ?? coderOf(issue, config),
    model: facts.model ?? record?.model ?? modelOf(issue, config),
    state: "running",
    attempt: held?.n,
    elapsed_ms: record === undefined ? undefined : Math.max(0, now - millis(record.created_at)),
    quiet_ms: grew === undefined ? undefined : Math.max(0, Math.round(now - grew)),
    last_action: facts.lastAction === "" ? undefined : facts.lastAction,
    // While a check of it runs its coder is gone, and that is as it should be.
    liveness: check === undefined ? livenessRow(dir, watched, now) : undefined,
    tokens: facts.input + facts.output === 0 ? undefined : facts.input + facts.output,
    context_percent:
      facts.context === undefined || window === undefined ? undefined : Math.round((100 * facts.context) / window),
    cost_usd: facts.costUsd,
    limits: record === undefined ? undefined : measuresOf(record, facts, workedMs(dir, record, now)),
    not_before: undefined,
    reason: held === undefined ? asksText(home, issue, now) : doing(home, issue, dir, check, now),
  };
}

/** How long it has run up to now, but for its waiting for a person: what counts against its time. */
const workedMs = (dir: string, { created_at }: AttemptRecord, now: number): number =>
  Math.max(0, now - millis(created_at) - waitedMs(dir, monotonic()));

/** What is done with it where that is not what the coder does; `check`: the run of a check that is under way. */
function doing(home: string, issue: Issue, dir: string, check: string | undefined, now: number): string | undefined {
  if (check !== undefined) return `checking: ${readRun(check)?.command ?? ""}`.replaceAll(/\s+/g, " ");
  if (fleetRecord(issue).completion !== undefined) return "says it is done; being checked";
  return asksText(home, issue, now) ?? (isLookedAt(dir) ? "its directory is looked at before it starts" : undefined);
}

/** Its directory is made, its record not yet. */
const isLookedAt = (dir: string): boolean =>
  readAttempt(dir) === undefined && statSync(dir, { throwIfNoEntry: false }) !== undefined;

/** What only its coder holds up: every account's limit was met, none is signed in, or its session's account waits. */
function waitingForCoder(
  row: TaskRow,
  session: string | undefined,
  parked: Parked,
  config: Config,
  now: number,
): TaskRow {
  if (row.state !== "ready") return row;
  const reason = coderWaits(config, parked, row.coder, now) ?? sessionWaits(config, parked, row.coder, session, now);
  return reason === undefined ? row : { ...row, state: "waiting", reason };
}

/** What waits because its coder was not found again and again, or its directory is gone. */
function waitingForBreaker(row: TaskRow, path: string, breakers: Breakers): TaskRow {
  if (row.state !== "ready" || openBreakers(breakers).length === 0) return row;
  const open = holding(breakers, { coder: row.coder, path }, realOr(row.cwd));
  return open === undefined ? row : { ...row, state: "waiting", reason: inWords(open) };
}

/** What no coder can be started for, whatever its state would be otherwise. */
function withKnownCoder(row: TaskRow, config: Config): TaskRow {
  const why = row.state === "ready" || row.state === "waiting" ? unknownCoder(row.coder, config, row.id) : undefined;
  return why === undefined ? row : { ...row, state: "held", reason: why };
}

const isWatched = (home: string): boolean => leader(home) !== undefined;

export interface OverviewOptions {
  readonly all: boolean;
}

/** Running tasks, longest first; with `all` every other one too: needs-you, waiting, ready, blocked, closed. */
export function overview(
  home: string,
  snapshot: Snapshot,
  config: Config,
  now: number,
  options: OverviewOptions,
): TaskRow[] {
  const live = [...snapshot.live.values()];
  const watched = isWatched(home);
  const running = live
    .filter((issue) => heldBy(issue) !== undefined)
    .map((issue) => runningRow(home, issue, config, now, watched));
  running.sort((a, b) => (b.elapsed_ms ?? 0) - (a.elapsed_ms ?? 0));
  if (!options.all) return running;
  const graph = new Graph(snapshot);
  const here = heldHere(gitDirOf(home));
  const parked = readParked(home);
  const breakers = readBreakers(home);
  const others = snapshot
    .all()
    .filter((issue) => heldBy(issue) === undefined)
    .sort(byDispatch)
    .map((issue) => {
      const state = idleState(issue, { snapshot, graph, now, here });
      const row = { ...base(issue, config), ...lastCoder(home, issue), ...IDLE, ...state };
      const free = waitingForCoder(withKnownCoder(row, config), sessionAccount(issue), parked, config, now);
      return waitingForBreaker(free, lookedIn(issue, config), breakers);
    });
  const order = ["needs-you", "waiting", "ready", "blocked", "held", "container", "closed"];
  others.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return [...running, ...others];
}
