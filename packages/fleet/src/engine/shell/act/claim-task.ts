/** Takes a task in the store for a new attempt, and starts that. */
import { fleetRecord } from "@fleet/store/fleet-record";
import { StoreError } from "@fleet/store/errors";
import { holdHere } from "@fleet/store/held-here";
import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { act, attemptActor, type Context } from "../loop/context.ts";
import type { Held } from "../loop/held.ts";
import { startAttempt } from "../start/start-attempt.ts";
import type { Action } from "../../core/action.ts";
import { coderOf, cwdOf, lookedIn, modelOf, sharingOf } from "../../core/tasks.ts";

export async function claimTask(
  context: Context,
  held: Held,
  { task: id, account, beside, onto }: Extract<Action, { kind: "claim" }>,
): Promise<boolean> {
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
        throw new StoreError("not-claimable", `${id} came from another home, and is not trusted here yet`);
      return claim(now, who, { id, attempt: { n, uuid }, home: homeId(gitDir), account });
    });
  } catch (error) {
    // Another process was quicker; the next tick shows what is left.
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
    ...sharingOf(issue, config),
    fresh: true,
  });
  const model = modelOf(issue, config);
  context.journal.write(
    "claim",
    `attempt ${n} by ${coder}${model === undefined ? "" : `/${model}`}${account === coder ? "" : ` (${account})`}: ${issue.title}`,
    { task: id, attempt: n, coder, model, account },
  );
  if (onto !== undefined)
    context.journal.write("land", `it begins with the work of ${onto.join(", ")}, which has not landed yet`, {
      task: id,
      attempt: n,
    });
  if (beside !== undefined)
    context.journal.write("same-files", beside, { task: id, attempt: n, coder, model, account });
  await startAttempt(context, handle, { all: () => held.all, report: (done) => held.after(handle.ref, done) });
  return true;
}
