/** A row of `fleet tasks`: what it holds, and what the store and the settings alone say of a task. Pure. */
import { basename } from "node:path";

import { orNull } from "@fleet/kit/text";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";

import type { Measure } from "../../attempts/limits/measure.ts";
import type { Reason } from "../../engine/core/reason.ts";
import type { ListedAs } from "../../engine/core/reason-table.ts";
import { coderOf, cwdOf, modelOf } from "../../engine/core/tasks.ts";
import type { LivenessRow } from "../../engine/shell/state/shown-life.ts";
import type { Config } from "../../settings/schema.ts";

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

export type Told = Pick<TaskRow, "state" | "reason" | "why" | "not_before">;

/** What there is to say of an attempt. */
type OfAttempt =
  | "elapsed_ms"
  | "quiet_ms"
  | "last_action"
  | "liveness"
  | "tokens"
  | "context_percent"
  | "cost_usd"
  | "limits";

type Known = Omit<TaskRow, keyof Told | OfAttempt | "attempt">;

/** A row without anything of an attempt but its number. One literal: a spread in it costs more than all else of a row. */
export const restingRow = (
  known: Known,
  { state, reason, why, not_before }: Told,
  attempt: number | null,
): TaskRow => ({
  id: known.id,
  title: known.title,
  priority: known.priority,
  status: known.status,
  coder: known.coder,
  model: known.model,
  cwd: known.cwd,
  project: known.project,
  closed_at: known.closed_at,
  grade: known.grade,
  tries: known.tries,
  attempt,
  elapsed_ms: null,
  quiet_ms: null,
  last_action: null,
  liveness: null,
  tokens: null,
  context_percent: null,
  cost_usd: null,
  limits: null,
  state,
  reason,
  why,
  not_before,
});

export function knownOfTask(issue: Issue, config: Config): Known {
  const cwd = cwdOf(issue);
  const { grade, tries } = fleetRecord(issue);
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
    grade: issue.status === "closed" ? (grade ?? null) : null,
    tries: tries ?? 0,
  };
}
