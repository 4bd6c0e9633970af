/**
 * What a task is, before anything is said of its attempts: what it is given to whom, what is asked of its work, what it may use,
 * what it waits for and what waits for it. `fleet task ID` begins with it.
 */
import { ifReadable } from "@fleet/kit/errors";
import { fleetRecord } from "@fleet/store/fleet-record";
import { dependents } from "@fleet/store/dependents";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import type { Store } from "@fleet/store/store";
import { BLOCKING, isHolding, PARENT } from "@fleet/store/status";

import { type Asked, askedOf } from "../../attempts/evidence/asked.ts";
import { type Measure, measures } from "../../attempts/limits/measure.ts";
import { limitsOf, spentOn } from "../../attempts/limits/of-task.ts";
import { readLanding } from "../../landing/record.ts";
import { seenOff } from "../../landing/still-there.ts";
import { coderOf, cwdOf, modelOf } from "../../engine/core/tasks.ts";
import { effective, type Source } from "../../settings/effective/effective.ts";
import { type InForce, settingsInForce } from "../../settings/in-force.ts";
import { type CloneView, workspaceView } from "./workspace.ts";
import type { Limits } from "../../settings/limits/limits.ts";

/** Another task, as a line about this one names it. */
export interface Named {
  readonly id: string;
  /** Null for one that this home does not have. */
  readonly title: string | null;
  readonly isOpen: boolean;
}

export interface TaskFacts {
  readonly coder: string;
  /** Where it was chosen. */
  readonly coderFrom: Source;
  readonly model: string | null;
  /** Empty where it has none. */
  readonly cwd: string;
  /** Null where it works there, and before its first attempt. */
  readonly clone: CloneView | null;
  /** As what its work was seen on its target last, and whether it is there still; null where it was not. */
  readonly landed: { readonly commit: string; readonly target: string; readonly isThere: boolean } | null;
  readonly asked: Asked;
  readonly limits: Limits;
  /** How much all of its attempts used of those that count over all of them. */
  readonly used: readonly Measure[];
  readonly tries: number;
  readonly max_tries: number;
  readonly parent: Named | null;
  readonly waits_for: readonly Named[];
  readonly waited_for_by: readonly Named[];
}

/** By the settings as they are now. */
export const factsNow = (home: string, store: Store, snapshot: Snapshot, issue: Issue): TaskFacts =>
  taskFacts(home, snapshot, settingsInForce(home, store), issue);

export function taskFacts(home: string, snapshot: Snapshot, { config }: InForce, issue: Issue): TaskFacts {
  const coder = coderOf(issue, config);
  const cwd = cwdOf(issue);
  const read = limitsOf(issue, config);
  const limits = read.ok ? read.limits : {};
  const edges = issue.dependencies ?? [];
  const named = (id: string): Named => {
    const other = snapshot.issue(id);
    return { id, title: other?.title ?? null, isOpen: other !== undefined && other.status !== "closed" };
  };
  const parent = edges.find(({ type }) => type === PARENT)?.depends_on_id;
  return {
    coder,
    coderFrom: effective(config, issue).of("coder").from,
    model: modelOf(issue, config) ?? null,
    cwd,
    clone: ifReadable(() => workspaceView(home, issue).clone) ?? null,
    landed: ifReadable(() => landedOf(home, issue.id)) ?? null,
    asked: askedOf(issue, config),
    limits,
    used: limits.tokens === undefined && limits.usd === undefined ? [] : measures(limits, spentOn(home, issue.id)),
    tries: fleetRecord(issue).tries ?? 0,
    max_tries: effective(config, issue).value("max_attempts"),
    parent: parent === undefined ? null : named(parent),
    waits_for: edges
      .filter(({ type }) => isHolding(type) && type !== PARENT)
      .map(({ depends_on_id }) => named(depends_on_id)),
    waited_for_by: dependents(snapshot, issue.id)
      .filter(({ type }) => BLOCKING.has(type))
      .map(({ id }) => named(id)),
  };
}

function landedOf(home: string, task: string): TaskFacts["landed"] {
  const { landed } = readLanding(home, task);
  if (landed === undefined) return null;
  const { commit, target } = landed;
  return { commit, target, isThere: !seenOff(home).some((one) => one.task === task) };
}
