/** What a new task is, for a person who has just made it: who will work on it, where, and by which checks. */
import type { Issue } from "@fleet/store/issue";
import type { Store } from "@fleet/store/store";

import { askedOf } from "../../attempts/evidence/asked.ts";
import { coderOf, cwdOf, modelOf } from "../../engine/core/tasks.ts";
import { effective, type Source } from "../../settings/effective/effective.ts";
import type { Isolation } from "../../settings/isolation.ts";
import { settingsInForce } from "../../settings/in-force.ts";

export interface CreatedTask {
  /** Empty where it has none yet. */
  readonly coder: string;
  /** Where it was chosen. */
  readonly coderFrom: Source;
  readonly model: string | undefined;
  /** Empty where it has none. */
  readonly cwd: string;
  readonly isolate: Isolation;
  readonly checks: readonly string[];
}

export function createdTask(home: string, store: Store, issue: Issue): CreatedTask {
  const { config } = settingsInForce(home, store);
  return {
    coder: coderOf(issue, config),
    coderFrom: effective(config, issue).of("coder").from,
    model: modelOf(issue, config),
    cwd: cwdOf(issue),
    isolate: effective(config, issue).value("isolate"),
    checks: askedOf(issue, config).checks,
  };
}
