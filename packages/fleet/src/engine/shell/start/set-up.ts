/**
 * The command of a project that sets up its workspaces (`setup`): run once in each, in a process group of its own, before the
 * first attempt there. Where it fails, that is the project's matter: nothing more of it starts for a while, and no try is lost.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ensureDir, removeTree } from "@fleet/kit/files";
import type { Issue } from "@fleet/store/issue";

import { openRun, readResult, runDir, runsOf } from "../../../attempts/evidence/check-files.ts";
import { endLine, stateOf } from "../../../attempts/evidence/check-plan.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import { logPath } from "../../../attempts/records/output.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { isIn, type Project, setupProject } from "../../../settings/effective/project.ts";
import { readWorkspace, type WorkspaceRecord, workspaceVariables, writeWorkspace } from "../../../workspaces/record.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { aboutAttempt } from "../state/journal.ts";
import { checkEnvironment } from "./child-environment.ts";
import { enterWorkspace } from "./enter-workspace.ts";
import { ownDirectory } from "./task-directory.ts";
import { CannotStart } from "./not-started.ts";
import { throwFailed, watchRun } from "./run-before.ts";

/** For so long others wait for a workspace that is made, in milliseconds. */
const AT_ONCE = 200;
const USUAL_TIMEOUT = 600_000;

/** False while it runs, or the workspace is made for it. */
export async function setUp(context: Context, handle: Handle, issue: Issue): Promise<boolean> {
  const config = context.config();
  const project = setupProject(config, handle.cwd);
  const { value } = effective(config, issue);
  const command = value("setup");
  if (project === undefined || command === null || value("isolate") !== "clone") return true;
  const { dir, task, open } = handle;
  throwFailed(open.setup);
  const running = openRun(dir, "setup");
  const timeout = value("setup_timeout") ?? USUAL_TIMEOUT;
  if (running !== undefined && !watchRun(context, handle, { at: running, timeout, work: open.setup })) return false;
  const workspace = readWorkspace(context.home, task);
  if (workspace?.setup !== undefined && existsSync(workspace.dir)) return true;
  const runs = (runsOf(dir, "setup").get(1) ?? []).map((n) => runDir(dir, 1, n, "setup"));
  const state = stateOf(
    runs.flatMap((at) => readResult(at) ?? []),
    1,
  );
  const output = logPath(runs.at(-1) ?? "");
  if (state.kind === "settled" && workspace !== undefined) {
    if (!state.passed) throw new CannotStart("setup", `${endLine(state.result)} (${output})`);
    writeWorkspace(context.home, task, { ...workspace, setup: { command, ms: state.result.ms, output } });
    return true;
  }
  const at = runDir(dir, 1, runs.length + 1, "setup");
  open.setup.making = begin(context, handle, issue, { project, command, at })
    .catch((error: unknown) => void (open.setup.failed = { error }))
    .finally(() => (open.setup.making = undefined));
  await Promise.race([open.setup.making, sleep(AT_ONCE, undefined, { ref: false })]);
  throwFailed(open.setup);
  return false;
}

interface Beginning {
  readonly project: Project;
  readonly command: string;
  readonly at: string;
}

async function begin(context: Context, handle: Handle, issue: Issue, { project, command, at }: Beginning) {
  const { workspace } = await enterWorkspace(context, issue, await ownDirectory(context, handle, issue));
  if (workspace === undefined || handle.open.setup.isOver) return;
  removeTree(at);
  context.journal.write("check", `attempt ${handle.ref.n}, setup of its workspace: ${command}`, aboutAttempt(handle));
  const cwd = placeOf(project, workspace);
  ensureDir(cwd);
  await checkRun.startCheck({
    at,
    command,
    cwd,
    env: { ...checkEnvironment(context, handle, issue), ...workspaceVariables(context.home, workspace) },
    clock: context.clock,
    shared: false,
    cgroup: undefined,
  });
}

/** The project's directory in the workspace; its top, where the project is more than the repository. */
const placeOf = ({ dir: project }: Project, { dir, source }: WorkspaceRecord): string =>
  isIn(project, source.top) ? join(dir, relative(source.top, project)) : dir;
