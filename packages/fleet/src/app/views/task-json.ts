/** What `fleet task ID --json` prints: what the task is, as its page begins, then its result and attempts. Pure. */
import { written } from "@fleet/kit/duration";

import type { QuestionRow } from "../../attempts/questions/describe.ts";
import type { Measure } from "../../attempts/limits/measure.ts";
import type { Asked } from "../../attempts/evidence/asked.ts";
import type { Source } from "../../settings/effective/effective.ts";
import type { Limits } from "../../settings/limits/limits.ts";
import type { TaskRow } from "./overview.ts";
import type { TaskPage, TaskView } from "./task.ts";
import type { Named } from "./task-facts.ts";

interface OtherTask {
  readonly id: string;
  /** Null for one that this home does not have. */
  readonly title: string | null;
  readonly is_open: boolean;
}

export interface TaskJson extends TaskView {
  /** As `fleet tasks --all --json` has it. */
  readonly task: TaskRow;
  /** Where its coder was chosen. */
  readonly coder_from: Source["kind"];
  readonly requirements: Pick<
    Asked,
    "checks" | "prove" | "expect" | "allow" | "deny" | "check_paths" | "tests_are_work" | "evidence"
  >;
  /** Null for what is not limited; times as a person writes them. */
  readonly limits: {
    readonly timeout: string | null;
    readonly idle: string | null;
    readonly turns: number | null;
    readonly tokens: number | null;
    readonly usd: number | null;
  };
  /** Of the limits that count over all attempts. */
  readonly used: readonly Measure[];
  readonly max_tries: number;
  readonly parent: OtherTask | null;
  readonly waits_for: readonly OtherTask[];
  readonly waited_for_by: readonly OtherTask[];
  readonly questions: readonly QuestionRow[];
}

export function taskJson({ row, facts, questions }: TaskPage, view: TaskView): TaskJson {
  const { checks, prove, expect, allow, deny, check_paths, tests_are_work, evidence } = facts.asked;
  return {
    ...view,
    task: row,
    coder_from: facts.coderFrom.kind,
    requirements: { checks, prove, expect, allow, deny, check_paths, tests_are_work, evidence },
    limits: limitsJson(facts.limits),
    used: facts.used,
    max_tries: facts.max_tries,
    parent: facts.parent === null ? null : other(facts.parent),
    waits_for: facts.waits_for.map(other),
    waited_for_by: facts.waited_for_by.map(other),
    questions,
  };
}

const other = ({ id, title, isOpen }: Named): OtherTask => ({ id, title, is_open: isOpen });

const limitsJson = ({ timeout, idle, turns, tokens, usd }: Limits): TaskJson["limits"] => ({
  timeout: timeout === undefined ? null : written(timeout),
  idle: idle === undefined ? null : written(idle),
  turns: turns ?? null,
  tokens: tokens ?? null,
  usd: usd ?? null,
});
