/** Does what was planned, one action at a time. */

import { ensureDir } from "@fleet/kit/files";

import { removeCgroup } from "@fleet/kit/process/cgroup";
import { checkGroup } from "../../../attempts/process/cgroup-place.ts";
import { removeShortPath } from "../../../attempts/process/short-path.ts";
import { measureText } from "../../../attempts/limits/measure.ts";
import { fence, writeWarned } from "../../../attempts/records/record.ts";
import { writeStop } from "../../../attempts/records/stop.ts";
import { isAtWork } from "../end/beside.ts";
import { type Context, redactorFor } from "../loop/context.ts";
import { signalAttempt, sweepAttempt } from "../end/end-attempt.ts";
import type { Held } from "../loop/held.ts";
import { judgeAttempt } from "../end/judge-attempt.ts";
import { groupOf, type ProcessTable } from "../observe/process-table.ts";
import { prove } from "../end/prove.ts";
import { settleAttempt } from "../end/settle-attempt.ts";
import { startAttempt } from "../start/start-attempt.ts";
import { verdictKey } from "../../core/liveness.ts";
import type { Action } from "../../core/world.ts";
import { rememberUse } from "../accounts/window-use.ts";
import type { Troubles } from "../state/troubles.ts";
import { claimTask } from "./claim-task.ts";
import { showLife } from "./show-life.ts";
import { writeDown } from "./write-down.ts";

interface Around {
  readonly context: Context;
  readonly held: Held;
  readonly troubles: Troubles;
  readonly table: ProcessTable;
}

/** True when something was done, after which it is worth looking again soon. */
export async function perform({ context, held, troubles, table }: Around, action: Action): Promise<boolean> {
  switch (action.kind) {
    // Nothing else waits for what is written down: it is no reason to look again soon.
    case "note":
    case "trouble":
    case "put-aside":
    case "park":
    case "keep-spent":
    case "tidy":
      writeDown(context, troubles, action);
      return false;
    case "keep-events":
      held.of(action.attempt.ref).open.tail?.write();
      return false;
    case "keep-use":
      rememberUse(context.home, held.of(action.attempt.ref), context.clock.wall());
      return false;
    case "show-life":
      showLife(context, held.of(action.attempt.ref), action.verdict);
      held.after(action.attempt.ref, { kind: "shown", key: verdictKey(action.verdict) });
      return false;
    case "claim":
      return await claimTask(context, held, action.task, action.account);
    case "start":
      return await startAttempt(context, held.of(action.attempt.ref), {
        all: () => held.all,
        report: (done) => held.after(action.attempt.ref, done),
      });
    case "fence": {
      const handle = held.of(action.attempt.ref);
      ensureDir(handle.dir, 0o700);
      fence(handle.dir);
      return true;
    }
    case "stop": {
      const handle = held.of(action.attempt.ref);
      if (writeStop(handle.dir, action.reason, context.clock.wall(), redactorFor(context, handle)))
        context.journal.write("stop", `attempt ${handle.ref.n}: ${action.reason.kind}`, handle.task);
      return true;
    }
    case "warn": {
      const handle = held.of(action.attempt.ref);
      const { measure } = action;
      writeWarned(handle.dir, measure, context.clock.wall());
      held.after(handle.ref, { kind: "warned", limit: measure.limit });
      context.journal.write("limit", `attempt ${handle.ref.n} has used ${measureText(measure)}`, handle.task);
      return true;
    }
    case "signal": {
      const { signal } = action;
      const progress = signalAttempt(context, held.of(action.attempt.ref), signal, table);
      held.after(action.attempt.ref, { kind: "signalled", signal });
      return progress;
    }
    case "sweep": {
      const { left, drained, progress } = sweepAttempt(context, held.of(action.attempt.ref), table);
      held.after(action.attempt.ref, { kind: "swept", left, drained });
      return progress;
    }
    case "prove": {
      const handle = held.of(action.attempt.ref);
      const others = held.all.filter((other) => other !== handle && isAtWork(other));
      const { progress, done } = await prove(context, handle, action.step, others);
      if (done !== undefined) held.after(handle.ref, done);
      return progress;
    }
    case "outcome":
      return judgeAttempt(context, held.of(action.attempt.ref), held.all);
    case "settle": {
      const handle = held.of(action.attempt.ref);
      const group = groupOf(context, handle);
      await settleAttempt(context, handle);
      held.drop(handle);
      removeShortPath(handle.ref.uuid);
      for (const one of group === undefined ? [] : [group, checkGroup(group)]) removeCgroup(one);
      return true;
    }
    case "exit":
      return true;
  }
}
