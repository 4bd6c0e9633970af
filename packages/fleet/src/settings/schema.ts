/**
 * The settings, `config.yaml` in the home. What a person writes (durations as "10m", keys left out) and what the program
 * uses (milliseconds, defaults filled in) are two types; this file goes from one to the other, and check.ts says what is wrong.
 */
import * as z from "zod/mini";

import { readCoder, type WrittenCoder } from "@fleet/coders/registry";

import { accountSettings, dailyCap } from "./accounts/schema.ts";
import { USUAL } from "./defaults.ts";
import { projectSettings } from "./effective/project-schema.ts";
import { EVIDENCE_LEVELS } from "./evidence.ts";
import { REVIEWS } from "./review.ts";
import { meaningOf, means } from "./means.ts";
import { limits } from "./limits/schema.ts";
import { HISTORY, LAND, VIA } from "./land.ts";
import { livenessSettings } from "./liveness-schema.ts";
import { channelSettings } from "./notify/schema.ts";
import { SAME_FILES } from "./same-files.ts";
import { SNAPSHOTS } from "./snapshots.ts";
import { time } from "./time.ts";
import { commands, count, isolation, share, size, someTime, text, variables, workBase } from "./values.ts";

/** The coders package decodes its own format and says what is wrong in it. */
const coders = z.pipe(
  z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]*$/)), z.unknown()),
  z.transform((all, context) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, value]): (readonly [string, WrittenCoder])[] => {
        const read = readCoder(name, value);
        if (read.ok) return [[name, read.written]];
        const own = `coders.${name}`;
        for (const problem of read.problems)
          context.issues.push({
            code: "custom",
            path: [name],
            message: problem.slice(own.length).replace(/^[.:]\s*/, ""),
            input: value,
          });
        return [];
      }),
    ),
  ),
);

/** A supervisor that never pauses burns a core. */
const tickTime = time.check(z.refine((value) => value >= 20, { error: "must be at least 20ms" }));

export const settings = z.strictObject({
  max_concurrent: means(z._default(count, USUAL.max_concurrent), "how many attempts run at once"),
  max_per_coder: means(z._default(z.record(z.string(), count), USUAL.max_per_coder), "the same for one coder, by name"),
  max_per_cwd: means(
    z.optional(count),
    "how many attempts run at once in one git working tree, or in one directory outside of git; unless set: one agent, and any number of scripts",
  ),
  isolate: means(
    z._default(isolation, USUAL.isolate),
    "clone: tasks work in a private clone of their repository (docs/workspaces.md); none: in their directory",
  ),
  base: means(
    z._default(workBase, USUAL.base),
    "where the work in a clone begins: head (what is checked out), fresh (its remote branch, fetched), needs (the work of the tasks that it needs)",
  ),
  same_files: means(
    z._default(z.enum(SAME_FILES), USUAL.same_files),
    "a task that may change the same files as one that runs (--allow, --touches): wait, warn, or ignore",
  ),
  snapshots: means(
    z._default(z.enum(SNAPSHOTS), USUAL.snapshots),
    "off: the files of a task's directory are not kept at the end of an attempt (docs/workspaces.md)",
  ),
  land: means(
    z._default(z.enum(LAND), USUAL.land),
    "a task that works in a clone closes when its work is accepted (off), or once it is on its target: when you say so (manual: fleet land), or automatically (auto; docs/landing.md)",
  ),
  max_conflict_rounds: means(
    z._default(count, USUAL.max_conflict_rounds),
    "how often work that conflicts with its target, or fails its checks there, goes back to its task before a person is asked",
  ),
  pr_draft: means(
    z._default(z.boolean(), USUAL.pr_draft),
    "true: fleet pr opens pull requests as drafts (docs/pull-requests.md)",
  ),
  max_pr_rounds: means(
    z._default(count, USUAL.max_pr_rounds),
    "how often comments and failed checks of a pull request come back to its task before a person decides",
  ),
  via: means(
    z._default(z.enum(VIA), USUAL.via),
    "how work lands: branch (the local branch is moved), push (the branch that it follows at its remote) or pr (by a pull request)",
  ),
  history: means(
    z._default(z.enum(HISTORY), USUAL.history),
    "what accepted work becomes: squash (one commit), merge (its commits and one that merges them) or rebase (its commits)",
  ),
  default_coder: means(z.optional(text), "the coder of tasks that name none; without it they wait"),
  default_model: means(z.optional(text), "the model of tasks that name neither coder nor model"),
  poll_interval: means(z._default(tickTime, USUAL.poll_interval), "pause between two ticks"),
  max_attempts: means(z._default(count, USUAL.max_attempts), "tries before a task is blocked"),
  task_timeout: means(z._default(someTime, USUAL.task_timeout), "how long one attempt may run"),
  limits: means(
    z._default(z.record(z.string(), limits), USUAL.limits),
    "limits of one attempt, by coder: timeout, idle, turns; of a task: tokens, usd (docs/limits.md)",
  ),
  shutdown_grace: means(
    z._default(time, USUAL.shutdown_grace),
    "how long `run stop` waits for attempts to end on their own",
  ),
  kill_grace: means(z._default(time, USUAL.kill_grace), "from SIGTERM to SIGKILL"),
  retry_backoff: means(
    z._default(time, USUAL.retry_backoff),
    "pause before the second try; doubles with each further one",
  ),
  retry_backoff_max: means(z._default(time, USUAL.retry_backoff_max), "the longest such pause"),
  keep_for: means(z._default(time, USUAL.keep_for), "how long `fleet gc` keeps attempts of closed tasks"),
  keep_size: means(z.optional(size), "disk space for attempts beyond which `fleet gc` deletes the oldest too"),
  min_free_memory: means(
    z._default(size, USUAL.min_free_memory),
    "nothing new starts while less memory is free (Linux: of the machine, and of a cgroup's limit); 0: off",
  ),
  max_wait: means(
    z._default(someTime, USUAL.max_wait),
    "how long an agent waits for an answer at most (docs/questions.md)",
  ),
  log_cap: means(z.optional(size), "an attempt that prints more than this is stopped, as over-budget"),
  limit_pause: means(
    z._default(time, USUAL.limit_pause),
    "pause of an account after a limit that named no reset; doubles each time",
  ),
  limit_pause_max: means(z._default(time, USUAL.limit_pause_max), "the longest such pause"),
  auto_resume: means(
    z._default(z.boolean(), USUAL.auto_resume),
    "false: an account on hold for a limit waits for fleet resume",
  ),
  resume_on_parked: means(
    z._default(z.enum(["wait", "fresh"]), USUAL.resume_on_parked),
    "a session whose account is on hold: wait for it, or start fresh on another",
  ),
  daily: means(z._default(dailyCap, USUAL.daily), "what the whole fleet may spend a day, UTC: usd, tokens"),
  accounts: means(
    z._default(z.record(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)), accountSettings), USUAL.accounts),
    "accounts of the coders, by name (docs/accounts.md)",
  ),
  context_threshold: means(
    z._default(share, USUAL.context_threshold),
    "share of the model's context at which an attempt is stopped",
  ),
  mcp: means(
    z._default(z.boolean(), USUAL.mcp),
    "false: coders that take one get no MCP server of fleet's (docs/questions.md)",
  ),
  checks: means(z._default(commands, USUAL.checks), "commands that must pass before a task is done"),
  evidence: means(
    z._default(z.enum(EVIDENCE_LEVELS), USUAL.evidence),
    "the proof that a completion claim needs: activity, change or check (docs/evidence.md)",
  ),
  review: means(
    z._default(z.enum(REVIEWS), USUAL.review),
    "person: finished work waits for a person's approval (fleet review, docs/review.md)",
  ),
  protect: means(
    z._default(commands, USUAL.protect),
    "what no attempt may change: git-hooks, git-config, shell-profiles, paths (docs/evidence.md)",
  ),
  check_timeout: means(z._default(someTime, USUAL.check_timeout), "how long one check may run"),
  projects: means(
    z._default(z.record(z.string(), projectSettings), USUAL.projects),
    "settings of a project, by its directory: coder, model, max, limits, checks, … (docs/settings.md)",
  ),
  // prefault: its own defaults must be applied too.
  liveness: means(z.prefault(livenessSettings, {}), "when an attempt counts as quiet or hung (docs/liveness.md)"),
  notify: means(
    z._default(z.record(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)), channelSettings), USUAL.notify),
    "channels by which you are called, by name: command, webhook, desktop or bell; events, projects, quiet (docs/notify.md)",
  ),
  env: means(z._default(z.record(z.string(), variables), USUAL.env), "variables for a coder's processes, by its name"),
  coders: means(
    z.prefault(coders, {}),
    "of a coder, by name: args (its own flags), wrap (a command in front of it), model; or a whole new one",
  ),
});

export type Config = z.output<typeof settings>;

/** Every setting by its name, with a dot where it stands below another. */
export const SHAPE: readonly (readonly [string, z.ZodMiniType])[] = Object.entries(settings.shape).flatMap(
  ([key, schema]): (readonly [string, z.ZodMiniType])[] =>
    key === "liveness"
      ? Object.entries(livenessSettings.shape).map(([name, inner]) => [`${key}.${name}`, inner])
      : [[key, schema]],
);

/** Every key, with what it means. */
export const KEYS: ReadonlyMap<string, string> = new Map(SHAPE.map(([key, schema]) => [key, meaningOf(schema) ?? ""]));

/** What those of them may be set to that are a closed set, as people write it. */
export const CHOICES: ReadonlyMap<string, readonly string[]> = new Map(
  SHAPE.flatMap(([key, schema]): (readonly [string, readonly string[]])[] => {
    const inner = schema instanceof z.ZodMiniDefault ? schema.def.innerType : schema;
    if (inner instanceof z.ZodMiniBoolean) return [[key, ["true", "false"]]];
    return inner instanceof z.ZodMiniEnum ? [[key, inner.options.map(String)]] : [];
  }),
);

/** Those of them that are durations: milliseconds inside, "10m" where people read and write them. */
export const DURATIONS: ReadonlySet<string> = new Set(
  SHAPE.flatMap(([key, schema]) =>
    schema instanceof z.ZodMiniDefault && [time, someTime, tickTime].some((type) => type === schema.def.innerType)
      ? [key]
      : [],
  ),
);

/** Those that are sizes: bytes inside, "20GB" where people read and write them. */
export const SIZES: ReadonlySet<string> = new Set(
  SHAPE.flatMap(([key, schema]) =>
    (schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniOptional) && schema.def.innerType === size
      ? [key]
      : [],
  ),
);
