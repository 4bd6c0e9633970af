/** Does what was planned, one action at a time: which file does it, and what that means for the attempt's state. */
import { covered } from "../../../attempts/records/waits.ts";
import { keptOf } from "../../core/away.ts";
import { writeAway } from "../state/away-file.ts";
import { writeWorked } from "../../../attempts/records/worked.ts";
import { verdictKey } from "../../core/liveness.ts";
import type { Action } from "../../core/action.ts";
import { rememberUse } from "../accounts/window-use.ts";
import { signalAttempt, sweepAttempt } from "../end/end-attempt.ts";
import { judgeAttempt } from "../end/judge-attempt.ts";
import { prove } from "../end/prove.ts";
import type { Context } from "../loop/context.ts";
import type { LandingQueue } from "../land/landing-queue.ts";
import type { Held } from "../loop/held.ts";
import type { ProcessTable } from "../observe/process-table.ts";
import { startAttempt } from "../start/start-attempt.ts";
import { endRuns } from "../start/run-before.ts";
import type { Troubles } from "../state/troubles.ts";
import { askToStop } from "./ask-to-stop.ts";
import { claimTask } from "./claim-task.ts";
import { keepAccounts } from "./keep-accounts.ts";
import { giveUp } from "./give-up.ts";
import { letGo } from "./let-go.ts";
import { showLife } from "./show-life.ts";
import { warnOfLimit } from "./warn-of-limit.ts";
import { writeDown } from "./write-down.ts";

interface Around {
  readonly context: Context;
  readonly held: Held;
  readonly troubles: Troubles;
  readonly table: ProcessTable;
  readonly landings: LandingQueue;
}

/** True when something was done, after which it is worth looking again soon. */
export async function perform({ context, held, troubles, table, landings }: Around, action: Action): Promise<boolean> {
  switch (action.kind) {
    // Nothing else waits for what is written down: it is no reason to look again soon.
    case "note":
    case "trouble":
    case "put-aside":
    case "make-directory":
    case "bound-trace":
    case "show-sources":
    case "show-landings":
    case "seal":
    case "tidy":
      writeDown(context, troubles, action);
      return false;
    case "park":
    case "tell-accounts":
    case "keep-spent":
      keepAccounts(context, troubles, action);
      return false;
    case "keep-events":
      held.of(action.attempt.ref).open.tail?.write();
      return false;
    case "keep-use":
      rememberUse(context.home, held.of(action.attempt.ref), context.clock.wall());
      return false;
    case "keep-away":
      writeAway(context.home, action.attempt.ref.uuid, action.away);
      held.after(action.attempt.ref, { kind: "away-kept", kept: keptOf(action.away) });
      return false;
    case "keep-work":
      writeWorked(held.of(action.attempt.ref).dir, action.spans);
      held.after(action.attempt.ref, { kind: "work-kept", millis: covered(action.spans) });
      return false;
    case "show-life":
      showLife(context, held.of(action.attempt.ref), action.verdict);
      held.after(action.attempt.ref, { kind: "shown", key: verdictKey(action.verdict) });
      return false;
    case "land":
      landings.begin(action.task);
      return false;
    case "claim":
      return await claimTask(context, held, action);
    case "start":
      return await startAttempt(context, held.of(action.attempt.ref), {
        all: () => held.all,
        report: (done) => held.after(action.attempt.ref, done),
      });
    case "fence":
      endRuns(context, held.of(action.attempt.ref));
      giveUp(held.of(action.attempt.ref));
      return true;
    case "stop":
      askToStop(context, held.of(action.attempt.ref), action.reason);
      return true;
    case "warn": {
      const { attempt, measure } = action;
      warnOfLimit(context, held.of(attempt.ref), measure);
      held.after(attempt.ref, { kind: "warned", limit: measure.limit });
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
      const { progress, done } = await prove(context, handle, action.step, held.all);
      if (done !== undefined) held.after(handle.ref, done);
      return progress;
    }
    case "outcome":
      return judgeAttempt(context, held.of(action.attempt.ref), held.all);
    case "settle":
      await letGo(context, held, held.of(action.attempt.ref));
      return true;
    case "exit":
      return true;
  }
}
