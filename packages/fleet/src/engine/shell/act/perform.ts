/** Does what was planned, one action at a time. */

import { ensureDir } from "@fleet/kit/files";
import { fleetRecord } from "@fleet/store/claims";
import { StoreError } from "@fleet/store/errors";
import { holdHere } from "@fleet/store/held-here";
import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";

import { removeCgroup } from "@fleet/kit/process/cgroup";
import { checkGroup } from "../../../attempts/process/cgroup-place.ts";
import { removeShortPath } from "../../../attempts/process/short-path.ts";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { measureText } from "../../../attempts/limits/measure.ts";
import { fence, writeWarned } from "../../../attempts/records/record.ts";
import { writeStop } from "../../../attempts/records/stop.ts";
import { isAtWork } from "../end/beside.ts";
import { act, attemptActor, type Context, redactorFor } from "../loop/context.ts";
import { signalAttempt, sweepAttempt } from "../end/end-attempt.ts";
import type { Held } from "../loop/held.ts";
import { judgeAttempt } from "../end/judge-attempt.ts";
import { groupOf, type ProcessTable } from "../observe/process-table.ts";
import { prove } from "../end/prove.ts";
import { settleAttempt } from "../end/settle-attempt.ts";
import { startAttempt } from "../start/start-attempt.ts";
import { coderOf, cwdOf, lookedIn, modelOf } from "../../core/tasks.ts";
import type { Action } from "../../core/world.ts";

/** True when something was done. */
export async function perform(context: Context, held: Held, action: Action, table: ProcessTable): Promise<boolean> {
  switch (action.kind) {
    case "claim":
      return await claimTask(context, held, action.task, action.account);
    case "start":
      return await startAttempt(context, held.of(action.attempt.ref), held.all);
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
      handle.warned = [...(handle.warned ?? []), measure.limit];
      context.journal.write("limit", `attempt ${handle.ref.n} has used ${measureText(measure)}`, handle.task);
      return true;
    }
    case "signal":
      return signalAttempt(context, held.of(action.attempt.ref), action.signal, table);
    case "sweep":
      return sweepAttempt(context, held.of(action.attempt.ref), table);
    case "prove": {
      const handle = held.of(action.attempt.ref);
      const others = held.all.filter((other) => other !== handle && isAtWork(other));
      return await prove(context, handle, action.step, others);
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

async function claimTask(context: Context, held: Held, id: string, account: string): Promise<boolean> {
  const snapshot = context.store.snapshot();
  const issue = snapshot.issue(id);
  if (issue === undefined) return false;
  const config = context.config();
  const coder = coderOf(issue, config);
  const uuid = context.uuid.v4();
  const onDisk = attemptsOf(context.home, id).at(-1)?.n ?? 0;
  const n = Math.max(fleetRecord(issue).attempts ?? 0, onDisk) + 1;
  const who = { ...act(context), actor: attemptActor(coder, uuid), email: `${coder}@fleet.localhost` };
  try {
    const { gitDir } = context.store;
    await context.store.transact(who, (now) => {
      // A sync holds before it moves the branch: asked on the state that is claimed, none slips through.
      if (holdHere(gitDir, id) !== undefined)
        throw new StoreError("not-claimable", `${id} came from another home, and nobody has trusted it here yet`);
      return claim(now, who, { id, attempt: { n, uuid }, home: homeId(gitDir), account });
    });
  } catch (error) {
    // Somebody was quicker; the next look shows what is left.
    if (error instanceof StoreError && (error.code === "not-claimable" || error.code === "not-found")) return false;
    throw error;
  }
  const handle = held.hold({
    task: id,
    ref: { n, uuid },
    coderName: coder,
    account,
    cwd: cwdOf(issue),
    path: lookedIn(issue, config),
    fresh: true,
  });
  const model = modelOf(issue, config);
  context.journal.write(
    "claim",
    `attempt ${n} by ${coder}${model === undefined ? "" : `/${model}`}${account === coder ? "" : ` (${account})`}: ${issue.title}`,
    id,
  );
  await startAttempt(context, handle, held.all);
  return true;
}
