/** What is asked of a task's work: its checks, what is expected of it, what it may change. Fixed when an attempt starts. */
import { homedir } from "node:os";
import { resolve } from "node:path";

import { settingValue, type TaskSetting } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import type { Config } from "../../settings/schema.ts";
import type { Scope } from "./scope.ts";

export interface Asked extends Scope {
  /** Run by sh in the task's directory, each to exit 0. */
  readonly checks: readonly string[];
  /** `commit`, `path:GLOB`. */
  readonly expect: readonly string[];
}

/** A list that a person wrote under `metadata`; one text is a list of one. Undefined where there is none. */
function listed(issue: Issue, name: TaskSetting): string[] | undefined {
  const value = settingValue(issue, name);
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (!Array.isArray(value)) return undefined;
  return value.filter((one): one is string => typeof one === "string" && one.trim() !== "");
}

const written = (dir: string): string => resolve(dir.replace(/^~(?=\/|$)/, homedir()));

/** The settings of the innermost project directory around `cwd`. */
function projectChecks(config: Config, cwd: string): readonly string[] | undefined {
  const around = Object.entries(config.projects)
    .map(([dir, project]) => ({ dir: written(dir), checks: project.checks }))
    .filter(({ dir, checks }) => checks !== undefined && (cwd === dir || cwd.startsWith(`${dir}/`)))
    .sort((a, b) => b.dir.length - a.dir.length);
  return around[0]?.checks;
}

/** The task's own checks, else its project's, else the default ones; an empty list on the task means none. */
export function askedOf(issue: Issue, config: Config, cwd: string): Asked {
  return {
    checks: listed(issue, "checks") ?? projectChecks(config, cwd) ?? config.checks,
    expect: listed(issue, "expect") ?? [],
    allow: listed(issue, "allow") ?? [],
    deny: listed(issue, "deny") ?? [],
  };
}
