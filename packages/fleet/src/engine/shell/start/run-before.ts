/** A command that runs for an attempt before it starts, watched from tick to tick; on disk, so that another supervisor continues. */
import { dropTree } from "@fleet/kit/copy";

import { openRun, type Runs, treeDir } from "../../../attempts/evidence/check-files.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import { signalEach } from "../../../attempts/process/signal.ts";
import { stepBefore } from "../../core/check-step.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";

const whose = (context: Context, handle: Handle, at: string) => ({
  at,
  uuid: handle.ref.uuid,
  group: undefined,
  boot: context.clock.boot,
});

type Work = Handle["open"]["base"];

interface Begun {
  /** The directory of the run. */
  readonly at: string;
  readonly timeout: number;
  readonly work: Work;
}

/** True once its result is written. */
export function watchRun(context: Context, handle: Handle, { at, timeout, work }: Begun): boolean {
  const { clock, tuning } = context;
  const limits = { killGrace: context.config().kill_grace, launchGrace: tuning.launchGrace };
  const run = { run: checkRun.look(at, clock), timeoutMs: timeout, termedAt: work.termedAt };
  const mine = whose(context, handle, at);
  const step = stepBefore(handle, run, clock.monotonic(), limits);
  switch (step?.kind) {
    case undefined:
      return false;
    case "fence":
      checkRun.giveUp(at);
      return false;
    case "stop":
      checkRun.writeDown(at, step.reason, clock.wall());
      return false;
    case "signal":
      checkRun.signalCheck(mine, step.signal);
      work.termedAt ??= clock.monotonic();
      return false;
    case "sweep": {
      const left = checkRun.left(mine);
      if (left === undefined) return false;
      signalEach(left, "SIGKILL");
      if (left.length > 0) return false;
      checkRun.conclude(at, clock, () => false);
      void dropTree(treeDir(at));
      work.termedAt = undefined;
      return true;
    }
  }
}

/** Ends what runs there: its attempt is given up. */
export function endRuns(context: Context, handle: Handle): void {
  handle.open.base.isOver = true;
  handle.open.setup.isOver = true;
  for (const of of ["base", "setup"] satisfies Runs[]) {
    const at = openRun(handle.dir, of);
    if (at === undefined) continue;
    checkRun.giveUp(at);
    checkRun.writeDown(at, { kind: "shutdown" }, context.clock.wall());
    signalEach(checkRun.left(whose(context, handle, at)) ?? [], "SIGKILL");
    void dropTree(treeDir(at));
  }
}

/** A failure that no caller waited for, reported to the next one. */
export function throwFailed(work: Work): void {
  const { failed } = work;
  work.failed = undefined;
  if (failed !== undefined) throw failed.error;
}
