/**
 * The settings, `config.yaml` in the home. What a person writes (durations as "10m", keys left out) and what the program
 * uses (milliseconds, defaults filled in) are two types; this file goes from one to the other and says what is wrong.
 */
import { own } from "@fleet/kit/own";
import { nearest } from "@fleet/kit/nearest";
import * as z from "zod/mini";

import { readCoder, registry, type WrittenCoder } from "@fleet/coders/registry";

import { accountProblems } from "./accounts/check.ts";
import { literalSecrets } from "./accounts/literal.ts";
import { accountSettings, dailyCap } from "./accounts/schema.ts";
import { USUAL } from "./defaults.ts";
import { PROJECT_KEYS, projectSettings } from "./effective/project-schema.ts";
import { EVIDENCE_LEVELS } from "./evidence.ts";
import { REVIEWS } from "./review.ts";
import { meaningOf, means } from "./means.ts";
import { unmeasured } from "./limits/measurable.ts";
import { limits } from "./limits/schema.ts";
import { HISTORY, LAND, VIA } from "./land.ts";
import { LIMITS } from "./limits/limits.ts";
import { LIVENESS } from "./liveness.ts";
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

const settings = z.strictObject({
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

/** It is asked once or twice by a process: code made for a schema, as zod does, costs more than it saves. */
const ONCE = { jitless: true };

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

export type Checked =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks what was read from YAML; null (an empty file) means all defaults. */
export function checkConfig(value: unknown): Checked {
  const literal = literalSecrets(value);
  const result = settings.safeParse(value ?? {}, ONCE);
  if (result.success) {
    const wrong = [...literal, ...accountProblems(result.data), ...coderProblems(result.data)];
    return wrong.length === 0 ? { ok: true, config: result.data } : { ok: false, problems: wrong };
  }
  const problems = result.error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys") {
      const path = issue.path.map(String);
      return issue.keys.map((key) => `unknown setting ${[...path, key].join(".")}${meant(path, key)}`).join("; ");
    }
    return `${issue.path.join(".") || "config.yaml"}: ${worded(issue, at(value, issue.path))}`;
  });
  return { ok: false, problems: [...literal, ...problems] };
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (from, name) => new Map<PropertyKey, unknown>(Object.entries(from ?? {})).get(String(name)),
    value,
  );

const WANTED: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  record: "a map of names",
  object: "a map of settings",
};

/** Where somebody may have written a key: what stands there is not repeated. */
const MAY_BE_SECRET: ReadonlySet<PropertyKey | undefined> = new Set(["accounts", "env", "coders"]);

function shown(value: unknown, place: PropertyKey | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a map";
  return MAY_BE_SECRET.has(place) ? `a ${typeof value === "string" ? "text" : typeof value}` : JSON.stringify(value);
}

/** What is wrong with a value, as a person would say it. */
function worded(issue: z.core.$ZodIssue, value: unknown): string {
  const given = shown(value, issue.path[0]);
  switch (issue.code) {
    case "invalid_type":
      return `must be ${WANTED[issue.expected] ?? issue.expected}, not ${given}`;
    case "too_small":
      return issue.origin === "string" ? "must not be empty" : `must be at least ${issue.minimum}, not ${given}`;
    case "too_big":
      return `must be at most ${issue.maximum}, not ${given}`;
    case "invalid_value":
      return `must be ${issue.values.join(" or ")}, not ${given}`;
    case "invalid_union":
      return `not understood: ${given}`;
    case "invalid_key":
      return "not a name (letters, digits, dashes)";
    case "invalid_format":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "invalid_element":
    case "custom":
      return issue.message;
  }
}

function coderProblems({ default_coder, coders, limits, projects }: Config): string[] {
  const known = registry(coders);
  const names = [...known.keys()].join(", ");
  const unknown = (place: string, name: string): string => `${place}: unknown coder ${name} (choose from: ${names})`;
  const wrongProjects = Object.entries(projects).flatMap(([dir, { coder }]) =>
    coder === undefined || known.has(coder) ? [] : [unknown(`projects.${dir}.coder`, coder)],
  );
  const wrongLimits = Object.entries(limits).flatMap(([name, read]) => {
    const coder = known.get(name);
    return coder === undefined
      ? [unknown(`limits.${name}`, name)]
      : unmeasured(read.limits, coder).map(({ limit, why }) => `limits.${name}.${limit}: ${why}`);
  });
  const wrongDefault =
    default_coder === undefined || known.has(default_coder) ? [] : [unknown("default_coder", default_coder)];
  return [...wrongLimits, ...wrongProjects, ...wrongDefault];
}

/** What a project's setting is called that has another name for the whole fleet, or stands below another. */
const IN_PROJECT: Readonly<Record<string, string>> = {
  default_coder: "coder",
  default_model: "model",
  max_concurrent: "max",
  task_timeout: "limits.timeout",
  ...Object.fromEntries(LIMITS.map((name) => [name, `limits.${name}`])),
  ...Object.fromEntries(LIVENESS.map((name) => [name, `liveness.${name}`])),
};

function meant(path: readonly string[], key: string): string {
  if (path[0] === "projects" && path.length === 2) {
    const instead = own(IN_PROJECT, key) ?? nearest(key, PROJECT_KEYS);
    return instead === undefined ? ` (a project may set: ${PROJECT_KEYS.join(", ")})` : ` (did you mean ${instead}?)`;
  }
  const best = nearest(key, [...KEYS.keys()]);
  return best === undefined ? " (fleet config show lists all)" : ` (did you mean ${best}? fleet config show lists all)`;
}
