/**
 * Every setting that holds for a task, by one rule: what is said nearest to it holds. First the task itself, then its project
 * (the innermost directory around its own that says something of it), then its coder, then the fleet, then the default. A
 * model belongs to a coder: a level's model holds where that level, with what is around it, would choose the task's coder.
 * Pure.
 */
import { setting } from "@fleet/store/task-settings";
import type { Subject } from "@fleet/store/fleet-record";

import { DEFAULTS } from "../defaults.ts";
import type { Config } from "../schema.ts";
import { type Project, projectsAround } from "./project.ts";
import { type Name, type Rule, RULES, type Values } from "./rules.ts";
import { type OwnSettings, ownSettings } from "./task.ts";

/**
 * Where a setting was said. task: under its `metadata` · project: under `projects` · coder: for one coder by name · fleet: for
 * all · default: nowhere.
 */
export type Source =
  | { readonly kind: "task" }
  | { readonly kind: "project"; readonly project: string }
  | { readonly kind: "coder"; readonly coder: string }
  | { readonly kind: "fleet" }
  | { readonly kind: "default" };

export interface Setting<T> {
  readonly value: T;
  readonly from: Source;
  /** Its name where it was said: a key of config.yaml, or of the task's metadata. Null for a default. */
  readonly at: string | null;
}

export interface Effective {
  readonly of: <N extends Name>(name: N) => Setting<Values[N]>;
  readonly value: <N extends Name>(name: N) => Values[N];
  /** The variables that projects and the coder set for its processes. */
  readonly env: () => ReadonlyMap<string, Setting<string>>;
  /** The projects around it, the innermost first. */
  readonly projects: readonly Project[];
  readonly problems: OwnSettings["problems"];
}

let last: { readonly config: Config; readonly metadata: Subject["metadata"]; readonly made: Effective } | undefined;

/**
 * `running`: the coder of an attempt that has begun, whatever would be chosen now. Whoever looks at a task asks several times in
 * a row, each for a part, so the last answer is kept; neither settings nor issues are changed in place.
 */
export function effective(config: Config, task: Subject, running?: string): Effective {
  if (running !== undefined) return made(config, task, running);
  if (last?.config !== config || last.metadata !== task.metadata)
    last = { config, metadata: task.metadata, made: made(config, task, undefined) };
  return last.made;
}

function made(config: Config, task: Subject, running: string | undefined): Effective {
  const own = ownSettings(task);
  const projects = projectsAround(config.projects, setting(task, "cwd") ?? "");
  /** From the project at this place outwards. */
  const coderFrom = (from: number): Setting<string> => found(RULES.coder, undefined, from);
  let coder: string | undefined;
  const coderName = (): string => (coder ??= running ?? found(RULES.coder, own, 0).value);
  const isSuited = (rule: { readonly ofCoder?: true }, from: number): boolean =>
    rule.ofCoder !== true || coderFrom(from).value === coderName();

  function found<T>(rule: Rule<T>, byTask: OwnSettings | undefined, from: number): Setting<T> {
    const said = byTask === undefined ? undefined : rule.task?.read(byTask);
    if (said !== undefined) return { value: said, from: { kind: "task" }, at: `metadata.${rule.task?.at ?? ""}` };
    for (const [n, { name, settings }] of projects.entries()) {
      const value = n < from ? undefined : rule.project?.read(settings);
      if (value !== undefined && isSuited(rule, n))
        return { value, from: { kind: "project", project: name }, at: `projects.${name}.${rule.project?.at ?? ""}` };
    }
    const byCoder = rule.coder?.read(config, coderName());
    if (byCoder !== undefined)
      return { value: byCoder, from: { kind: "coder", coder: coderName() }, at: rule.coder?.at(coderName()) ?? null };
    const [value, usual] = [rule.fleet.read(config), rule.fleet.read(DEFAULTS)];
    if (isSame(value, usual) || !isSuited(rule, projects.length))
      return { value: usual, from: { kind: "default" }, at: null };
    return { value, from: { kind: "fleet" }, at: rule.fleet.at };
  }

  const of = <N extends Name>(name: N): Setting<Values[N]> => found<Values[N]>(RULES[name], own, 0);
  return {
    of,
    value: (name) => of(name).value,
    env: () => variablesOf(config, projects, coderName()),
    projects,
    problems: own.problems,
  };
}

/** Lists are made anew with each reading of the file. */
const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The inner ones win, one by one. */
function variablesOf(
  config: Config,
  projects: readonly Project[],
  coder: string,
): ReadonlyMap<string, Setting<string>> {
  const all = new Map<string, Setting<string>>();
  for (const [name, value] of Object.entries(config.env[coder] ?? {}))
    all.set(name, { value, from: { kind: "coder", coder }, at: `env.${coder}.${name}` });
  for (const { name: project, settings } of projects.toReversed())
    for (const [name, value] of Object.entries(settings.env ?? {}))
      all.set(name, { value, from: { kind: "project", project }, at: `projects.${project}.env.${name}` });
  return all;
}
