/** Where the work of a task that works in a clone is to begin, with what is known of the tasks that it needs. */
import { isOid } from "@fleet/kit/git/oid";
import { setting, settingValue } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import { attemptsOf } from "../../../attempts/records/paths.ts";
import { readTaken } from "../../../attempts/records/taken.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { isWorkBase, WORK_BASES } from "../../../settings/work-base.ts";
import type { BaseWanted, TakenWork } from "../../../workspaces/base.ts";
import type { Context } from "../loop/context.ts";
import { CannotStart } from "./not-started.ts";

/** Throws CannotStart where the task says what can't be one. */
export function baseWanted(context: Context, issue: Issue): BaseWanted {
  const said = settingValue(issue, "base");
  if (typeof said === "string" && isOid(said)) return { kind: "commit", commit: said };
  if (said !== undefined && !isWorkBase(said))
    throw new CannotStart("refused", `metadata.base is ${JSON.stringify(said)}, not ${WORK_BASES.join(" or ")}`);
  const changes = setting(issue, "changes");
  if (changes !== undefined) {
    if (!isOid(changes)) throw new CannotStart("refused", `metadata.changes is ${JSON.stringify(changes)}, no commit`);
    return { kind: "changes", commit: changes };
  }
  const kind = effective(context.config(), issue).value("base");
  return kind === "needs" ? { kind, work: workNeeded(context, issue) } : { kind };
}

/** Of those that it waited for, in that order. */
function workNeeded({ home, store }: Context, { dependencies = [] }: Issue): TakenWork[] {
  const snapshot = store.snapshot();
  return dependencies.flatMap(({ type, depends_on_id: task }) =>
    type === "blocks" && snapshot.issue(task) !== undefined ? takenOf(home, task) : [],
  );
}

/** What its last attempt left. */
function takenOf(home: string, task: string): TakenWork[] {
  const all = attemptsOf(home, task).flatMap(({ dir }) => {
    const taken = readTaken(dir);
    return taken?.kind === "taken" ? [{ task, depot: taken.depot, tip: taken.tip, snapshot: taken.snapshot }] : [];
  });
  return all.slice(-1);
}
