/** One task: what it is, its attempts and how they ended, what is asked of a person. `fleet task ID` prints it. */
import { ifReadable, readOr } from "@fleet/kit/errors";
import type { Issue } from "@fleet/store/issue";

import { dueText } from "../../attempts/evidence/check-due.ts";
import { type QuestionRow, questionRows } from "../../attempts/questions/describe.ts";
import type { OutcomeKind } from "../../attempts/records/outcome.ts";
import { type AttemptDir, attemptsOf } from "../../attempts/records/paths.ts";
import { readAttempt, readOutcome, sessionOf } from "../../attempts/records/record.ts";
import { readReceipt } from "../../attempts/records/receipt.ts";
import { readStop } from "../../attempts/records/stop.ts";
import { coderNamed } from "../../engine/shell/loop/context.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { type LivenessRow, livenessRow } from "../../engine/shell/state/shown-life.ts";
import { settingsInForce } from "../../settings/in-force.ts";
import type { Config } from "../../settings/schema.ts";
import type { Fleet } from "../open.ts";
import { isCleared } from "./attempt-of.ts";
import { type AttemptRow, attemptRows } from "./compare.ts";
import { type TaskRow, taskRow } from "./overview.ts";
import { type ResultView, resultView } from "./result.ts";
import { type TaskFacts, taskFacts } from "./task-facts.ts";

/** One of its attempts; `--json` prints exactly this. What its record does not say, or can't be read of it, is undefined. */
export interface TaskAttempt {
  readonly attempt: number;
  readonly uuid: string | undefined;
  readonly coder: string | undefined;
  readonly model: string | undefined;
  readonly cwd: string | undefined;
  /** Of a coder whose sessions can be resumed. */
  readonly session: string | undefined;
  readonly resume: string | undefined;
  readonly account: string | undefined;
  readonly added: number | undefined;
  readonly deleted: number | undefined;
  readonly files: number | undefined;
  readonly checks: AttemptRow["checks"] | undefined;
  readonly started_at: string | undefined;
  readonly outcome: OutcomeKind | undefined;
  readonly reason: string;
  readonly liveness: LivenessRow | undefined;
  readonly counts: boolean | undefined;
  readonly duration_ms: number | undefined;
  readonly exit_code: number | null | undefined;
  readonly tokens: number | undefined;
  readonly cost_usd: number | undefined;
  readonly turns: number | undefined;
  readonly dir: string;
}

export interface TaskView {
  readonly id: string;
  /** What it was for, once that is there. */
  readonly result: ResultView | null;
  readonly attempts: readonly TaskAttempt[];
}

/** The parts of the page around the attempts. */
export interface TaskPage {
  readonly row: TaskRow;
  readonly facts: TaskFacts;
  /** It has had attempts, of which none is left. */
  readonly isCleared: boolean;
  /** What its last attempt changed that it was not to. */
  readonly outside: readonly string[];
  readonly questions: readonly QuestionRow[];
}

/** With all of its attempts, or those of one number. */
export async function taskView(
  { home, store, world, now }: Fleet,
  id: string,
  only: number | undefined,
): Promise<TaskView> {
  const { config } = settingsInForce(home, store);
  const seen = { config, isWatched: leaderOf(home).kind !== "none", now: now() };
  const compared = await attemptRows({ home, config, env: world.env, now: now() }, id);
  const byDir = new Map(compared.map((row) => [row.dir, row]));
  const issue = store.snapshot().issue(id);
  const result = issue === undefined ? null : (ifReadable(() => resultView(home, issue)) ?? null);
  const wanted = attemptsOf(home, id).filter(({ n }) => only === undefined || n === only);
  return { id, result, attempts: wanted.map((one) => attemptView(seen, one, byDir.get(one.dir))) };
}

interface Seen {
  readonly config: Config;
  /** A supervisor looks after them. */
  readonly isWatched: boolean;
  readonly now: number;
}

function attemptView({ config, isWatched, now }: Seen, { n, dir }: AttemptDir, compared?: AttemptRow): TaskAttempt {
  const record = ifReadable(() => readAttempt(dir));
  const outcome = ifReadable(() => readOutcome(dir));
  const isOver = outcome !== undefined || ifReadable(() => readStop(dir)) !== undefined;
  const alive = isOver ? undefined : ifReadable(() => livenessRow(dir, isWatched, now));
  const due = isOver ? undefined : ifReadable(() => dueText(dir));
  const isResumable = record !== undefined && coderNamed(config, record.coder)?.capabilities.resumes === true;
  const state = alive === undefined || alive.kind === "working" ? "running" : alive.text;
  return {
    attempt: n,
    uuid: record?.uuid,
    coder: record?.coder,
    model: record?.model,
    cwd: record?.cwd,
    session: isResumable ? ifReadable(() => sessionOf(dir)) : undefined,
    resume: compared?.resume,
    account: compared?.account,
    added: compared?.added,
    deleted: compared?.deleted,
    files: compared?.files,
    checks: compared?.checks,
    started_at: record?.created_at,
    outcome: outcome?.kind,
    reason: outcome?.reason ?? whyUnreadable(dir) ?? (isOver ? "being stopped" : (due ?? state)),
    liveness: alive,
    counts: outcome?.counts,
    duration_ms: outcome?.duration_ms ?? (record === undefined ? undefined : now - Date.parse(record.created_at)),
    exit_code: outcome?.exit_code,
    tokens: outcome === undefined ? undefined : outcome.usage.input + outcome.usage.output,
    cost_usd: outcome?.usage.cost_usd,
    turns: outcome?.usage.turns,
    dir,
  };
}

/** What of the attempt's record can't be read, or undefined: an agent may have put anything there. */
function whyUnreadable(dir: string): string | undefined {
  const look = (): undefined => {
    for (const read of [readAttempt, readOutcome, readStop]) read(dir);
    return undefined;
  };
  return readOr(look, ({ message, where }) => `unknown: ${message} (${where ?? dir})`);
}

export function taskPage({ home, store, now }: Fleet, issue: Issue, { attempts }: TaskView): TaskPage {
  const snapshot = store.snapshot();
  const settings = settingsInForce(home, store);
  const last = attempts.at(-1);
  return {
    row: taskRow(home, snapshot, settings, now(), issue),
    facts: taskFacts(home, snapshot, settings, issue),
    isCleared: last === undefined && isCleared(issue),
    outside: last === undefined ? [] : (ifReadable(() => readReceipt(last.dir))?.outside ?? []),
    questions: questionRows(issue, now()),
  };
}
