/** What each setting is unless a person says otherwise: plain data, so that whoever only shows tasks loads no schema. */
import { PROTECTED } from "./protect.ts";
import type { Config } from "./schema.ts";

/** Times in milliseconds, sizes in bytes. The schema takes its defaults from here; what is not in it has none. */
export const USUAL = {
  max_concurrent: 3,
  max_per_coder: {},
  isolate: "none" as const,
  base: "head" as const,
  same_files: "ignore" as const,
  snapshots: "on" as const,
  land: "off" as const,
  via: "branch" as const,
  history: "squash" as const,
  pr_draft: false,
  max_pr_rounds: 3,
  poll_interval: 500,
  max_attempts: 3,
  task_timeout: 7_200_000,
  limits: {},
  shutdown_grace: 10_000,
  kill_grace: 5_000,
  retry_backoff: 10_000,
  retry_backoff_max: 300_000,
  keep_for: 2_592_000_000,
  min_free_memory: 100_000_000,
  max_wait: 3_600_000,
  limit_pause: 60_000,
  limit_pause_max: 900_000,
  auto_resume: true,
  resume_on_parked: "fresh" as const,
  daily: {},
  accounts: {},
  context_threshold: 0.85,
  mcp: true,
  checks: [],
  evidence: "change" as const,
  review: "none" as const,
  protect: [...PROTECTED],
  check_timeout: 600_000,
  projects: {},
  liveness: {
    quiet_after: 300_000,
    warn_after: 3_600_000,
    hung_after: 900_000,
    stop_waiting_after: 120_000,
    coders: {},
  },
  env: {},
  coders: {},
};

export const DEFAULTS: Config = { ...USUAL };
