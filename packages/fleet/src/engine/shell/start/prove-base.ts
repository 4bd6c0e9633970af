/**
 * What is to be proven is run where the task begins, before any attempt: in a tree of the base's own commit, outside of the
 * repository; where there is none, in the directory itself. There it has to fail, else nothing is spent and a person is told.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ifReadable } from "@fleet/kit/errors";
import { ensureDir, removeTree } from "@fleet/kit/files";
import { reasonOf } from "@fleet/kit/git/git";
import { readSource, type Source } from "@fleet/kit/git/source";
import { treeOf } from "@fleet/kit/git/tree-of";
import { lastLine } from "@fleet/kit/text";
import { fleetRecord } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import { askedOf } from "../../../attempts/evidence/asked.ts";
import { keepOnBase, readOnBase } from "../../../attempts/evidence/base-file.ts";
import {
  type CheckResult,
  openRun,
  readResult,
  readRun,
  runDir,
  runsOf,
  treeDir,
} from "../../../attempts/evidence/check-files.ts";
import { stateOf } from "../../../attempts/evidence/check-plan.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import type { OnBase } from "../../../attempts/records/on-base.ts";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { type AttemptRecord, readAttempt } from "../../../attempts/records/record.ts";
import { effective } from "../../../settings/effective/effective.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { aboutAttempt } from "../state/journal.ts";
import { checkEnvironment } from "./child-environment.ts";
import { existingDirectory } from "./look-before.ts";
import { CannotStart } from "./not-started.ts";
import { throwFailed, watchRun } from "./run-before.ts";

/** For so long others wait for the files of a base, in milliseconds. */
const AT_ONCE = 200;
/** A working tree of 50 000 files took 13 seconds on a busy disk. */
const LONGEST_TREE = 600_000;

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
  if (open !== undefined && !watchRun(context, handle, open, timeout)) return undefined;
  const found: OnBase[] = [];
  for (const command of commands) {
    const ran = known.get(command) ?? settled(context, handle, command);
    if (ran !== undefined) found.push(ran);
    else if (await begin(context, handle, issue, command)) return undefined;
  }
  return found;
}

/** Its runs in this attempt, by number. */
function runsFor({ dir }: Handle, command: string): { readonly check: number; readonly runs: readonly number[] } {
  const all = runsOf(dir, "base");
  for (const [check, runs] of all)
    if (runs.some((n) => readRun(runDir(dir, check, n, "base"))?.command === command)) return { check, runs };
  return { check: Math.max(0, ...all.keys()) + 1, runs: [] };
}

/** How it failed; undefined where it has to run yet. Throws where it did not fail. */
function settled(context: Context, handle: Handle, command: string): OnBase | undefined {
  const { check, runs } = runsFor(handle, command);
  const dirs = runs.map((n) => runDir(handle.dir, check, n, "base"));
  const state = stateOf(
    dirs.flatMap((at) => readResult(at) ?? []),
    1,
  );
  if (state.kind === "due") return undefined;
  const { verdict, code, ms, tail }: CheckResult = state.result;
  if (verdict !== "failed" && verdict !== "timed-out")
    throw new CannotStart("refused", whyNot(handle.task, command, verdict, tail));
  const run = readRun(dirs.at(-1) ?? "");
  const ran: OnBase = {
    command,
    ...(run?.commit === undefined ? {} : { commit: run.commit }),
    verdict,
    ...(code === undefined ? {} : { code }),
    ms,
    tail,
    at: new Date(context.clock.wall()).toISOString(),
  };
  keepOnBase(context.home, handle.task, ran);
  return ran;
}

function whyNot(task: string, command: string, verdict: "passed" | "interrupted", tail: string): string {
  const said = lastLine(tail);
  const ended =
    verdict === "passed"
      ? "passes already where the work begins"
      : "was killed from outside each time it ran where the work begins";
  return (
    `\`${command}\` is to prove the work, and ${ended}${said === "" ? "" : ` (${said})`}: nothing was started. ` +
    `Close ${task} if the work is done; else name a command that fails: fleet bd update ${task} --prove CMD, then fleet retry ${task}`
  );
}

/** False where it can't be run any more as it would have been before the first attempt. */
async function begin(context: Context, handle: Handle, issue: Issue, command: string): Promise<boolean> {
  const first = firstRecord(context, handle, beganAt(issue));
  // The directory is what an earlier attempt left.
  if (first !== undefined && first.place?.git !== true) return false;
  const { check, runs } = runsFor(handle, command);
  const at = runDir(handle.dir, check, (runs.at(-1) ?? 0) + 1, "base");
  const { base } = handle.open;
  base.making = start(context, handle, issue, { command, at, first })
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

/** When its work began: anew, once it was opened again. */
const beganAt = (issue: Issue): number => Date.parse(fleetRecord(issue).bases?.at(-1)?.at ?? "") || 0;

interface Beginning {
  readonly command: string;
  readonly at: string;
  readonly first: AttemptRecord | undefined;
}

async function start(context: Context, handle: Handle, issue: Issue, { command, at, first }: Beginning): Promise<void> {
  const cwd = await existingDirectory(handle.cwd);
  const found = await readSource(cwd, context.env);
  if (found.kind === "unknown") throw new CannotStart("refused", cantRun(command, found.why));
  removeTree(at);
  const source = found.kind === "source" && !found.source.isBare ? found.source : undefined;
  const commit = source === undefined ? undefined : first === undefined ? source.head.oid : first.base_commit;
  const where = source === undefined ? cwd : await filesOf(context, source, { command, at, commit });
  if (handle.open.base.isOver) return;
  context.journal.write("check", `attempt ${handle.ref.n}, where the work begins: ${command}`, aboutAttempt(handle));
  await checkRun.startCheck({
    at,
    command,
    cwd: where,
    env: checkEnvironment(context, handle, issue),
    clock: context.clock,
    shared: false,
    cgroup: undefined,
    ...(source === undefined ? {} : { commit: commit ?? "" }),
  });
}

const cantRun = (command: string, why: string): string =>
  `\`${command}\` is to prove the work, and can't be run where it begins: ${why}`;

async function filesOf(
  { env }: Context,
  source: Source,
  { command, at, commit }: { readonly command: string; readonly at: string; readonly commit: string | undefined },
): Promise<string> {
  const tree = treeDir(at);
  ensureDir(at, 0o700);
  const made = await treeOf(source, { commit, at: tree, env, timeout: LONGEST_TREE });
  if (made.kind !== "ok") {
    removeTree(at);
    throw new CannotStart("refused", cantRun(command, reasonOf(made)));
  }
  const cwd = join(tree, source.below);
  ensureDir(cwd);
  return cwd;
}
