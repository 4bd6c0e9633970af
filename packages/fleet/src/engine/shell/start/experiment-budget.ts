/** The budget of an experiment is for all of its tasks: an attempt of one gets a part of what is left of it. */
import { usdText } from "@fleet/kit/figures";
import { experimentOf, heldBy } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { tasksOfExperiment } from "@fleet/store/ops/experiment";

import { type limitsOf, spentOn } from "../../../attempts/limits/of-task.ts";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { readAttempt } from "../../../attempts/records/record.ts";
import type { Spent } from "../../../attempts/records/spent.ts";
import { readLimits } from "../../../settings/limits/read.ts";
import { budgetPart, type Sharer } from "../../core/budget-part.ts";
import type { Context } from "../loop/context.ts";
import { CannotStart } from "./not-started.ts";

type Read = ReturnType<typeof limitsOf>;

/** `read`: the limits of the task itself; `spent`: by its earlier attempts. Throws CannotStart where nothing is left. */
export function withinBudget(
  { home, store }: Pick<Context, "home" | "store">,
  issue: Issue,
  read: Read,
  spent: Spent,
): Read {
  const epic = experimentOf(issue);
  if (epic === undefined || !read.ok) return read;
  const snapshot = store.snapshot();
  const budget = readLimits(snapshot.issue(epic)?.metadata?.["limits"]);
  const whole = budget.ok ? budget.limits.usd : undefined;
  if (whole === undefined) return read;
  const others = tasksOfExperiment(snapshot, epic).filter(({ id }) => id !== issue.id);
  const part = budgetPart(
    whole,
    { spent: spent.usd },
    others.map((other) => sharerOf(home, other)),
  );
  if (part <= 0)
    throw new CannotStart(
      "refused",
      `nothing is left of the ${usdText(whole)} of its experiment: fleet bd update ${epic} --max-cost USD raises it`,
    );
  const usd = Math.min(read.limits.usd ?? Infinity, spent.usd + part);
  return { ...read, limits: { ...read.limits, usd } };
}

function sharerOf(home: string, other: Issue): Sharer {
  const uuid = heldBy(other)?.uuid;
  const { usd } = spentOn(home, other.id, uuid);
  const record = uuid === undefined ? undefined : runningOf(home, other.id, uuid);
  const running = record?.limits?.usd === undefined ? undefined : Math.max(0, record.limits.usd - usd);
  return { spent: usd, running, begins: other.status === "open" || uuid !== undefined };
}

const runningOf = (home: string, task: string, uuid: string) =>
  attemptsOf(home, task)
    .map(({ dir }) => readAttempt(dir))
    .find((record) => record?.uuid === uuid);
