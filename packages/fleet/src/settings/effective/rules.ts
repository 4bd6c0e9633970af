/** Of each setting that a task, its project or its coder may say: what it is called and how it is read at each level. Pure. */
import { own } from "@fleet/kit/own";
import type { EvidenceLevel } from "../evidence.ts";
import type { Isolation } from "../isolation.ts";
import type { History, Land, Via } from "../land.ts";
import type { LimitName } from "../limits/limits.ts";
import type { Read } from "../limits/read.ts";
import type { LivenessName } from "../liveness.ts";
import type { Config } from "../schema.ts";
import type { WorkBase } from "../work-base.ts";
import type { ReviewBy } from "../review.ts";
import type { SameFiles } from "../same-files.ts";
import type { Snapshots } from "../snapshots.ts";
import type { ProjectSettings } from "./project-schema.ts";
import type { OwnSettings } from "./task.ts";

/** Null: none, or no limit. Times are milliseconds, 0 for a time of liveness means never. */
export type Values = {
  /** Empty where nobody has named one. */
  readonly coder: string;
  readonly model: string | null;
  readonly args: readonly (string | readonly string[])[];
  readonly wrap: readonly string[];
  readonly checks: readonly string[];
  readonly protect: readonly string[];
  readonly check_timeout: number;
  readonly evidence: EvidenceLevel;
  readonly review: ReviewBy;
  readonly isolate: Isolation;
  readonly land: Land;
  readonly via: Via;
  readonly history: History;
  readonly max_conflict_rounds: number;
  readonly base: WorkBase;
  /** Null: no command. */
  readonly setup: string | null;
  readonly setup_timeout: number | null;
  readonly same_files: SameFiles;
  readonly snapshots: Snapshots;
  readonly pr_draft: boolean;
  readonly max_pr_rounds: number;
  readonly max: number | null;
  readonly max_in_review: number | null;
  readonly max_per_coder: number | null;
  readonly max_per_cwd: number | null;
  readonly max_attempts: number;
  readonly retry_backoff: number;
  readonly retry_backoff_max: number;
  readonly context_threshold: number;
  readonly log_cap: number | null;
  readonly max_wait: number;
  readonly mcp: boolean;
  readonly prompt: string | null;
} & { readonly [name in LimitName as `limits.${name}`]: number | null } & {
  readonly [name in LivenessName as `liveness.${name}`]: number;
};
export type Name = keyof Values;

/** One way to say it; undefined where nothing is said. `at`: its name there. */
export interface Rule<T> {
  readonly task?: { readonly at: string; readonly read: (task: OwnSettings) => T | undefined };
  readonly project?: { readonly at: string; readonly read: (project: ProjectSettings) => T | undefined };
  readonly coder?: {
    readonly at: (coder: string) => string;
    readonly read: (config: Config, coder: string) => T | undefined;
  };
  readonly fleet: { readonly at: string; readonly read: (config: Config) => T };
  /** It belongs to the coder that the same level chooses, and holds for no other. */
  readonly ofCoder?: true;
}

/** Undefined where nothing is said of it, null where it is lifted. */
function limit(read: Extract<Read, { ok: true }> | undefined, name: LimitName): number | null | undefined {
  return read?.lifted.includes(name) === true ? null : read?.limits[name];
}

const NO_WORDS: readonly string[] = [];

/** A list without words says nothing. */
const someOf = <T>(words: readonly T[] | undefined): readonly T[] | undefined =>
  words === undefined || words.length === 0 ? undefined : words;

const limitRule = (name: LimitName): Rule<number | null> => ({
  task: { at: `limits.${name}`, read: (task) => limit(task.limits, name) },
  project: { at: `limits.${name}`, read: (project) => limit(project.limits, name) },
  coder: {
    at: (coder) => `limits.${coder}.${name}`,
    read: (config, coder) => limit(own(config.limits, coder), name),
  },
  fleet: name === "timeout" ? { at: "task_timeout", read: (config) => config.task_timeout } : NOT_FOR_ALL,
});

/** Said for a task, a project or a coder only. */
const NOT_FOR_ALL = { at: "", read: () => null };

const livenessRule = (name: LivenessName): Rule<number> => ({
  task: { at: name, read: (task) => task.liveness[name] },
  project: { at: `liveness.${name}`, read: (project) => project.liveness?.[name] },
  coder: {
    at: (coder) => `liveness.coders.${coder}.${name}`,
    read: (config, coder) => own(config.liveness.coders, coder)?.[name],
  },
  fleet: { at: `liveness.${name}`, read: (config) => config.liveness[name] },
});

/** Said of a project and of all, under the same name. */
type Shared =
  | "check_timeout"
  | "max_attempts"
  | "max_pr_rounds"
  | "max_conflict_rounds"
  | "retry_backoff"
  | "retry_backoff_max"
  | "context_threshold"
  | "max_wait";
const shared = (name: Shared): Rule<number> => ({
  project: { at: name, read: (project) => project[name] },
  fleet: { at: name, read: (config) => config[name] },
});

export const RULES: { readonly [N in Name]: Rule<Values[N]> } = {
  coder: {
    task: { at: "coder", read: (task) => task.coder },
    project: { at: "coder", read: (project) => project.coder },
    fleet: { at: "default_coder", read: (config) => config.default_coder ?? "" },
  },
  model: {
    task: { at: "model", read: (task) => task.model },
    project: { at: "model", read: (project) => project.model },
    coder: { at: (coder) => `coders.${coder}.model`, read: (config, coder) => own(config.coders, coder)?.model },
    fleet: { at: "default_model", read: (config) => config.default_model ?? null },
    ofCoder: true,
  },
  args: {
    coder: {
      at: (coder) => `coders.${coder}.args`,
      read: (config, coder) => someOf(own(config.coders, coder)?.args),
    },
    fleet: { at: "", read: () => NO_WORDS },
  },
  wrap: {
    coder: {
      at: (coder) => `coders.${coder}.wrap`,
      read: (config, coder) => someOf(own(config.coders, coder)?.wrap),
    },
    fleet: { at: "", read: () => NO_WORDS },
  },
  checks: {
    task: { at: "checks", read: (task) => task.checks },
    project: { at: "checks", read: (project) => project.checks },
    fleet: { at: "checks", read: (config) => config.checks },
  },
  protect: {
    task: { at: "protect", read: (task) => task.protect },
    project: { at: "protect", read: (project) => project.protect },
    fleet: { at: "protect", read: (config) => config.protect },
  },
  check_timeout: shared("check_timeout"),
  evidence: {
    task: { at: "evidence", read: (task) => task.evidence },
    project: { at: "evidence", read: (project) => project.evidence },
    fleet: { at: "evidence", read: (config) => config.evidence },
  },
  review: {
    task: { at: "review", read: (task) => task.review },
    project: { at: "review", read: (project) => project.review },
    fleet: { at: "review", read: (config) => config.review },
  },
  isolate: {
    task: { at: "isolate", read: (task) => task.isolate },
    project: { at: "isolate", read: (project) => project.isolate },
    fleet: { at: "isolate", read: (config) => config.isolate },
  },
  base: {
    task: { at: "base", read: (task) => task.base },
    project: { at: "base", read: (project) => project.base },
    fleet: { at: "base", read: (config) => config.base },
  },
  setup: { project: { at: "setup", read: (project) => project.setup }, fleet: NOT_FOR_ALL },
  setup_timeout: { project: { at: "setup_timeout", read: (project) => project.setup_timeout }, fleet: NOT_FOR_ALL },
  same_files: {
    project: { at: "same_files", read: (project) => project.same_files },
    fleet: { at: "same_files", read: (config) => config.same_files },
  },
  snapshots: {
    project: { at: "snapshots", read: (project) => project.snapshots },
    fleet: { at: "snapshots", read: (config) => config.snapshots },
  },
  land: {
    project: { at: "land", read: (project) => project.land },
    fleet: { at: "land", read: (config) => config.land },
  },
  via: {
    project: { at: "via", read: (project) => project.via },
    fleet: { at: "via", read: (config) => config.via },
  },
  history: {
    project: { at: "history", read: (project) => project.history },
    fleet: { at: "history", read: (config) => config.history },
  },
  max_conflict_rounds: shared("max_conflict_rounds"),
  max: { project: { at: "max", read: (project) => project.max }, fleet: NOT_FOR_ALL },
  max_in_review: { project: { at: "max_in_review", read: (project) => project.max_in_review }, fleet: NOT_FOR_ALL },
  max_per_coder: {
    coder: { at: (coder) => `max_per_coder.${coder}`, read: (config, coder) => own(config.max_per_coder, coder) },
    fleet: NOT_FOR_ALL,
  },
  max_per_cwd: {
    project: { at: "max_per_cwd", read: (project) => project.max_per_cwd },
    fleet: { at: "max_per_cwd", read: (config) => config.max_per_cwd ?? null },
  },
  pr_draft: {
    project: { at: "pr_draft", read: (project) => project.pr_draft },
    fleet: { at: "pr_draft", read: (config) => config.pr_draft },
  },
  max_pr_rounds: shared("max_pr_rounds"),
  max_attempts: shared("max_attempts"),
  retry_backoff: shared("retry_backoff"),
  retry_backoff_max: shared("retry_backoff_max"),
  context_threshold: shared("context_threshold"),
  log_cap: {
    project: { at: "log_cap", read: (project) => project.log_cap },
    fleet: { at: "log_cap", read: (config) => config.log_cap ?? null },
  },
  max_wait: shared("max_wait"),
  mcp: {
    project: { at: "mcp", read: (project) => project.mcp },
    fleet: { at: "mcp", read: (config) => config.mcp },
  },
  prompt: { project: { at: "prompt", read: (project) => project.prompt }, fleet: NOT_FOR_ALL },
  "limits.timeout": limitRule("timeout"),
  "limits.idle": limitRule("idle"),
  "limits.turns": limitRule("turns"),
  "limits.tokens": limitRule("tokens"),
  "limits.usd": limitRule("usd"),
  "liveness.quiet_after": livenessRule("quiet_after"),
  "liveness.warn_after": livenessRule("warn_after"),
  "liveness.hung_after": livenessRule("hung_after"),
  "liveness.stop_waiting_after": livenessRule("stop_waiting_after"),
};
