/** What may be set for a project, by its directory: the settings of a task that have a default, under the names they have. */
import * as z from "zod/mini";

import { EVIDENCE_LEVELS } from "../evidence.ts";
import { HISTORY, LAND, VIA } from "../land.ts";
import { REVIEWS } from "../review.ts";
import { limits } from "../limits/schema.ts";
import { livenessOverrides } from "../liveness-schema.ts";
import { means } from "../means.ts";
import { SAME_FILES } from "../same-files.ts";
import { SNAPSHOTS } from "../snapshots.ts";
import { time } from "../time.ts";
import { commands, count, isolation, share, size, someTime, text, variables, workBase } from "../values.ts";

export const projectSettings = z.strictObject({
  coder: means(z.optional(text), "the coder of tasks here that name none"),
  model: means(z.optional(text), "the model of tasks of that coder that name none"),
  isolate: z.optional(isolation),
  base: z.optional(workBase),
  setup: means(
    z.optional(text),
    "command that sets up a workspace, once, in this directory of it (docs/workspaces.md)",
  ),
  setup_timeout: means(z.optional(someTime), "how long that may run: 10m unless given"),
  same_files: z.optional(z.enum(SAME_FILES)),
  snapshots: z.optional(z.enum(SNAPSHOTS)),
  land: z.optional(z.enum(LAND)),
  max_conflict_rounds: z.optional(count),
  via: z.optional(z.enum(VIA)),
  history: z.optional(z.enum(HISTORY)),
  max: means(z.optional(count), "how many attempts run at once in it, whatever directory below it they run in"),
  max_per_cwd: z.optional(count),
  max_attempts: z.optional(count),
  limits: means(z.optional(limits), "limits of a task and its attempts (below)"),
  checks: z.optional(commands),
  protect: z.optional(commands),
  check_timeout: z.optional(someTime),
  evidence: z.optional(z.enum(EVIDENCE_LEVELS)),
  review: z.optional(z.enum(REVIEWS)),
  pr_draft: z.optional(z.boolean()),
  max_pr_rounds: z.optional(count),
  max_in_review: means(z.optional(count), "while so many tasks in it wait for review, no new one starts"),
  liveness: z.optional(livenessOverrides),
  context_threshold: z.optional(share),
  log_cap: z.optional(size),
  max_wait: z.optional(someTime),
  retry_backoff: z.optional(time),
  retry_backoff_max: z.optional(time),
  mcp: z.optional(z.boolean()),
  prompt: means(z.optional(text), "the template of the prompt, a path from this directory (docs/prompt.md)"),
  env: means(z.optional(variables), "variables for its agents and its checks"),
});
export type ProjectSettings = z.output<typeof projectSettings>;

export const PROJECT_KEYS: readonly string[] = Object.keys(projectSettings.shape);
