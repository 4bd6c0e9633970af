/** What a new task is, for a person who has just made it: who will work on it, where, and by which checks. */
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";
import type { Store } from "@fleet/store/store";

import { effective, type Source } from "../../settings/effective/effective.ts";
import type { Isolation } from "../../settings/isolation.ts";
import { shownSettings } from "../../settings/shown.ts";

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

export async function createdTask(home: string, store: Store, issue: Issue): Promise<CreatedTask> {
  const { config } = await shownSettings(home, store);
  const { of, value } = effective(config, issue);
  return {
    coder: value("coder"),
    coderFrom: of("coder").from,
    model: value("model") ?? undefined,
    cwd: setting(issue, "cwd") ?? "",
    isolate: value("isolate"),
    checks: value("checks"),
  };
}
