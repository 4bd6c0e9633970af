/** Where the work of a task that works in a clone is to begin, with what is known of the tasks that it needs. */
import { isOid } from "@fleet/kit/git/oid";
import { acceptedOf } from "@fleet/store/claims";
import { setting, settingValue } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

import { workOf } from "../../../landing/accepted.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { isWorkBase, WORK_BASES } from "../../../settings/work-base.ts";
import type { BaseWanted, TakenWork } from "../../../workspaces/base.ts";
import { readWorkspace } from "../../../workspaces/record.ts";
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

/** The work of the tasks that it waited for, in that order. */
function workNeeded({ home, store }: Context, { dependencies = [] }: Issue): TakenWork[] {
  const snapshot = store.snapshot();
  return dependencies.flatMap(({ type, depends_on_id: task }) => {
    const needed = type === "blocks" ? snapshot.issue(task) : undefined;
    return needed === undefined ? [] : takenOf(home, needed);
  });
}

/** As it would land: what was accepted, also once the records of its attempts are gone. */
export function takenOf(home: string, needed: Issue): TakenWork[] {
  const { id: task } = needed;
  const found = workOf(home, needed);
  if (found.kind === "work") {
    const { depot, tip, files } = found.work;
    return [{ task, depot, tip, snapshot: files }];
  }
  // Never skip accepted work in a clone silently; a task may have left no files.
  if (acceptedOf(needed)?.head !== undefined && readWorkspace(home, task) !== undefined)
    throw new CannotStart("refused", `its work begins with that of ${task}, and ${found.why}: ${found.mend}`);
  return [];
}
