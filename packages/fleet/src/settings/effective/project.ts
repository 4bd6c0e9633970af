/** What may be set for a project, by its directory: the settings of a task that have a default, under the names they have. */
import { homedir } from "node:os";
import { resolve } from "node:path";

import * as z from "zod/mini";

import { EVIDENCE_LEVELS } from "../evidence.ts";
import { HISTORY, LAND, VIA } from "../land.ts";
import { REVIEWS } from "../review.ts";
import { limits } from "../limits/schema.ts";
import { livenessOverrides } from "../liveness.ts";
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

/** A project around a directory. */
export interface Project {
  /** As it is written in config.yaml. */
  readonly name: string;
  readonly dir: string;
  readonly settings: ProjectSettings;
}

const written = (dir: string): string => resolve(dir.replace(/^~(?=\/|$)/, homedir()));

type Projects = Readonly<Record<string, ProjectSettings>>;

/** Asked of thousands of tasks with the same settings. */
const known = new WeakMap<Projects, readonly Project[]>();

function innermostFirst(projects: Projects): readonly Project[] {
  const made = known.get(projects);
  if (made !== undefined) return made;
  const sorted = Object.entries(projects)
    .map(([name, settings]) => ({ name, dir: written(name), settings }))
    .sort((a, b) => b.dir.length - a.dir.length);
  known.set(projects, sorted);
  return sorted;
}

/** Below it, or itself. */
export const isIn = (cwd: string, dir: string): boolean => cwd === dir || cwd.startsWith(dir === "/" ? dir : `${dir}/`);

/** The projects that a directory is in, the innermost first. */
export const projectsAround = (projects: Projects, cwd: string): readonly Project[] =>
  innermostFirst(projects).filter(({ dir }) => isIn(cwd, dir));

/** The innermost of them that says how the workspaces of its tasks are set up. */
export const setupProject = ({ projects }: { readonly projects: Projects }, cwd: string): Project | undefined =>
  projectsAround(projects, cwd).find(({ settings }) => settings.setup !== undefined);
