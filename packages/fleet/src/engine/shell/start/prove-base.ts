/**
 * What is to be proven is run where the task begins, before any attempt. There it has to fail, else nothing is spent and a
 * person is told.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { ifReadable } from "@fleet/kit/errors";
import { beganAt } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import { askedOf } from "../../../attempts/evidence/asked.ts";
import { keepOnBase, readOnBase } from "../../../attempts/evidence/base-file.ts";
import { openRun, readResult, readRun, runDir, runsOf } from "../../../attempts/evidence/check-files.ts";
import type { OnBase } from "../../../attempts/records/on-base.ts";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { type AttemptRecord, readAttempt } from "../../../attempts/records/record.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { baseAnswer, type BaseRun, isBaseGone } from "../../core/base-run.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { CannotStart } from "./not-started.ts";
import { throwFailed, watchRun } from "./run-before.ts";
import { runOnBase } from "./run-on-base.ts";

/** For so long others wait for the files of a base, in milliseconds. */
const AT_ONCE = 200;

/** Undefined while one of them runs. Of a task that was tried before, what could only be run then is left out. */
export async function proveOnBase(
  context: Context,
  handle: Handle,
  issue: Issue,
): Promise<readonly OnBase[] | undefined> {
  const commands = askedOf(issue, context.config()).prove;
  if (commands.length === 0) return [];
  throwFailed(handle.open.base);
  const known = readOnBase(context.home, handle.task, beganAt(issue));
  const open = openRun(handle.dir, "base");
  const timeout = effective(context.config(), issue).value("check_timeout");
  if (open !== undefined && !watchRun(context, handle, { at: open, timeout, work: handle.open.base })) return undefined;
  const found: OnBase[] = [];
  for (const command of commands) {
    const answer = known.get(command) ?? baseAnswer(handle.task, command, runsIn(handle));
    if (!("kind" in answer)) found.push(answer);
    else if (answer.kind === "refused") throw new CannotStart("refused", answer.why);
    else if (answer.kind === "failed") found.push(keep(context, handle, answer.ran));
    else if (await begin(context, handle, issue, { command, ...answer })) return undefined;
  }
  return found;
}

function keep({ clock, home }: Context, { task }: Handle, seen: Omit<OnBase, "at">): OnBase {
  const ran = { ...seen, at: new Date(clock.wall()).toISOString() };
  keepOnBase(home, task, ran);
  return ran;
}

/** The runs of this attempt. */
const runsIn = ({ dir }: Handle): BaseRun[] =>
  [...runsOf(dir, "base")].flatMap(([check, numbers]) =>
    numbers.map((run) => {
      const at = runDir(dir, check, run, "base");
      const { command, commit, lacks } = readRun(at) ?? {};
      return { check, run, command, commit, lacks, result: readResult(at) };
    }),
  );

/** False where it can't be run any more as it would have been before the first attempt. */
async function begin(
  context: Context,
  handle: Handle,
  issue: Issue,
  { command, check, run }: { readonly command: string; readonly check: number; readonly run: number },
): Promise<boolean> {
  const first = firstRecord(context, handle, beganAt(issue));
  if (isBaseGone(first)) return false;
  const at = runDir(handle.dir, check, run, "base");
  const { base } = handle.open;
  base.making = runOnBase(context, handle, issue, { command, at, first })
    .catch((error: unknown) => void (base.failed = { error }))
    .finally(() => (base.making = undefined));
  await Promise.race([base.making, sleep(AT_ONCE, undefined, { ref: false })]);
  throwFailed(handle.open.base);
  return true;
}

/** The attempt with which the task began, where that is another one. */
const firstRecord = ({ home }: Context, { task, dir }: Handle, since: number): AttemptRecord | undefined =>
  attemptsOf(home, task)
    .filter((one) => one.dir !== dir)
    .map((one) => ifReadable(() => readAttempt(one.dir)))
    .find((record) => record !== undefined && Date.parse(record.created_at) >= since);
