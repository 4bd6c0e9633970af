/** Which limits hold for a task, and what it has used of them before. */
import type { Subject } from "@fleet/store/fleet-record";

import { attemptsOf } from "../records/paths.ts";
import type { AttemptRecord } from "../records/record.ts";
import type { Config } from "../../settings/schema.ts";
import { type Limits, LIMITS } from "../../settings/limits/limits.ts";
import { type Measure, measures } from "./measure.ts";
import { effective } from "../../settings/effective/effective.ts";
import type { Spent } from "../records/spent.ts";
import { type Used, usedBefore, usedBy } from "./spent-file.ts";

/** An invalid value under `metadata.limits` does not mean "no limit". */
export function limitsOf(
  task: Subject,
  config: Config,
): { readonly ok: false; readonly problems: readonly string[] } | { readonly ok: true; readonly limits: Limits } {
  const { problems, value } = effective(config, task);
  if (problems.limits.length > 0) return { ok: false, problems: problems.limits };
  const held = LIMITS.map((name) => [name, value(`limits.${name}`)] as const);
  return { ok: true, limits: Object.fromEntries(held.filter(([, limit]) => limit !== null)) };
}

/** An attempt's usage against its limits, from its files. `ranMs`: without its waiting for a person. */
export function measuresOf(record: AttemptRecord, told: Told, ranMs: number): Measure[] {
  const { tokens = 0, usd = 0 } = record.spent ?? {};
  return measures(
    { ...record.limits, timeout: record.timeout_ms },
    { timeout: ranMs, turns: told.turns, tokens: tokens + told.input + told.output, usd: usd + (told.costUsd ?? 0) },
  );
}

/** As a coder tells it: counts and US dollars of one attempt. */
interface Told {
  readonly input: number;
  readonly output: number;
  readonly costUsd?: number | undefined;
  readonly turns?: number | undefined;
}

/** The usage of the task's judged attempts without `except` (a uuid): those on disk, and those that `fleet gc` deleted. */
export function usedByAll(home: string, task: string, except?: string): Used[] {
  const there = attemptsOf(home, task)
    .flatMap(({ dir }) => usedBy(dir) ?? [])
    .filter(({ uuid }) => uuid !== except);
  const all = usedBefore(home, task);
  for (const used of there) all.set(used.uuid, used);
  return [...all.values()];
}

export function spentOn(home: string, task: string, except?: string): Spent {
  const all = usedByAll(home, task, except);
  return {
    tokens: all.reduce((sum, { input, output }) => sum + input + output, 0),
    usd: all.reduce((sum, { usd }) => sum + usd, 0),
  };
}
