/** What is asked of a task's work: its checks, what is expected of it, what it may change. Fixed when an attempt starts. */
import type { Subject } from "@fleet/store/claims";

import { effective } from "../../settings/effective/effective.ts";
import { listed } from "../../settings/effective/task.ts";
import type { Config } from "../../settings/schema.ts";
import type { Scope } from "./scope.ts";

export interface Asked extends Scope {
  /** Run by sh in the task's directory, each to exit 0. */
  readonly checks: readonly string[];
  /** `commit`, `path:GLOB`. */
  readonly expect: readonly string[];
}

/** An empty list of checks on the task means none. */
export function askedOf(task: Subject, config: Config): Asked {
  return {
    checks: effective(config, task).value("checks"),
    expect: listed(task, "expect") ?? [],
    allow: listed(task, "allow") ?? [],
    deny: listed(task, "deny") ?? [],
  };
}
