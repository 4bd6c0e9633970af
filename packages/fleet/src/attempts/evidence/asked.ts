/** The requirements of a task: its checks, expectations and allowed paths. Fixed when an attempt starts. */
import { settingValue } from "@fleet/store/task-settings";
import type { Subject } from "@fleet/store/fleet-record";

import { effective } from "../../settings/effective/effective.ts";
import { listed } from "../../settings/effective/task.ts";
import type { EvidenceLevel } from "../../settings/evidence.ts";
import type { Config } from "../../settings/schema.ts";
import type { Sought } from "./ignored.ts";
import { fromTask, type Scope } from "./scope.ts";

export interface Asked extends Scope {
  /** Run by sh in the task's directory, each to exit 0. */
  readonly checks: readonly string[];
  /** Run as checks are, and before the work too, where each has to fail. */
  readonly prove: readonly string[];
  /** `commit`, `path:GLOB`, `answer`, `answer:FILE`. */
  readonly expect: readonly string[];
  /** Files that the checks depend on, as patterns: a pass after editing one proves nothing. */
  readonly check_paths: readonly string[];
  /** Tests are the work: a change of tests alone is fine. */
  readonly tests_are_work: boolean;
  /** The proof that its completion claim needs. */
  readonly evidence: EvidenceLevel;
}

/** The commands to run when the work is done, in this order and each once. */
export const commandsOf = ({ checks, prove = [] }: Pick<Asked, "checks"> & Partial<Pick<Asked, "prove">>): string[] => [
  ...new Set([...checks, ...prove]),
];

/** Patterns to look for although git ignores them. Allowed paths are not among them: builds leave many ignored files. */
export const soughtBy = (cwd: string, { deny, check_paths, expect, ignores_case }: Asked): Sought => ({
  cwd,
  patterns: [...deny, ...check_paths, ...pathsIn(expect)],
  ignores_case,
});

/** The patterns of `path:GLOB`. */
export const pathsIn = (expect: readonly string[]): string[] =>
  expect.flatMap((one) => (one.startsWith("path:") ? [one.slice("path:".length)] : []));

/** With what the disk at hand makes of them. An empty list of checks on the task means none. */
export function askedOf(task: Subject, config: Config, ignoresCase = false): Asked {
  const cwd = settingValue(task, "cwd");
  const own = (pattern: string): string => (typeof cwd === "string" ? fromTask(cwd, pattern) : pattern);
  const patterns = (name: "allow" | "deny" | "check_paths"): string[] => (listed(task, name) ?? []).map(own);
  return {
    checks: effective(config, task).value("checks"),
    prove: listed(task, "prove") ?? [],
    expect: (listed(task, "expect") ?? []).map((one) => one.replace(/(?<=^path:).*$/s, own)),
    check_paths: patterns("check_paths"),
    tests_are_work: settingValue(task, "tests_are_work") === true,
    allow: patterns("allow"),
    deny: patterns("deny"),
    ...(ignoresCase ? { ignores_case: true } : {}),
    evidence: effective(config, task).value("evidence"),
  };
}
