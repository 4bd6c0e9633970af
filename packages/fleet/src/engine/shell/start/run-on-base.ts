/**
 * One run of what is to be proven, where the task begins: in a tree of the base's own commit, outside of the repository and of the
 * task's workspace; where there is no repository, in the directory itself.
 */
import { join } from "node:path";

import { dropTree } from "@fleet/kit/copy";
import { ensureDir } from "@fleet/kit/files";
import { reasonOf } from "@fleet/kit/git/git";
import { readSource, type Source } from "@fleet/kit/git/source";
import { treeOf } from "@fleet/kit/git/tree-of";
import { fillTree } from "@fleet/kit/git/tree-parts";
import { roomOn } from "@fleet/kit/room";
import type { Issue } from "@fleet/store/issue";

import { treeDir } from "../../../attempts/evidence/check-files.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import type { AttemptRecord } from "../../../attempts/records/record.ts";
import { includeFiles } from "../../../workspaces/include.ts";
import { workspaceVariables } from "../../../workspaces/record.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { aboutAttempt } from "../state/journal.ts";
import { bringDependencies } from "./base-dependencies.ts";
import { checkEnvironment } from "./child-environment.ts";
import { enterWorkspace } from "./enter-workspace.ts";
import { CannotStart } from "./not-started.ts";
import { ownDirectory } from "./task-directory.ts";

/** A working tree of 50 000 files took 13 seconds on a busy disk. */
const LONGEST_TREE = 600_000;

/** The most that is copied beside the files of the commit, in all; in bytes, unless the disk can share them. */
const [MOST_FILES, MOST_BYTES] = [300_000, 4 * 1024 * 1024 * 1024];
/** The share of the free disk space that may be used. */
const SHARE = 0.25;

interface Beginning {
  readonly command: string;
  /** The directory of the run. */
  readonly at: string;
  /** The attempt with which the task began, where that is another one. */
  readonly first: AttemptRecord | undefined;
}

export async function runOnBase(
  context: Context,
  handle: Handle,
  issue: Issue,
  { command, at, first }: Beginning,
): Promise<void> {
  const { cwd, workspace } = await enterWorkspace(context, issue, await ownDirectory(context, handle, issue));
  const found = await readSource(cwd, context.env);
  if (found.kind === "unknown") throw new CannotStart("refused", cantRun(command, found.why));
  await dropTree(at);
  const source = found.kind === "source" && !found.source.isBare ? found.source : undefined;
  const commit = source === undefined ? undefined : first === undefined ? source.head.oid : first.base_commit;
  const isFresh = workspace !== undefined && first === undefined && handle.ref.n === 1;
  const tree = source === undefined ? undefined : await makeBaseTree(context, source, { command, at, commit, isFresh });
  if (handle.open.base.isOver) return;
  context.journal.write("check", `attempt ${handle.ref.n}, where the work begins: ${command}`, aboutAttempt(handle));
  await checkRun.startCheck({
    at,
    command,
    cwd: tree?.cwd ?? cwd,
    env: {
      ...checkEnvironment(context, handle, issue),
      ...(workspace === undefined ? {} : workspaceVariables(context.home, workspace)),
    },
    clock: context.clock,
    shared: false,
    cgroup: undefined,
    ...(tree === undefined ? {} : { commit: commit ?? "", lacks: tree.lacks }),
  });
}

const cantRun = (command: string, why: string): string =>
  `\`${command}\` is to prove the work, and can't be run where it begins: ${why}`;

interface Wanted {
  readonly command: string;
  readonly at: string;
  readonly commit: string | undefined;
  /** Its workspace was made for it, and is unused. */
  readonly isFresh: boolean;
}

interface BaseTree {
  /** The task's directory in it. */
  readonly cwd: string;
  /** What is missing in it: one line each. */
  readonly lacks: readonly string[];
}

/** The files of the commit, and what they need beside them. */
async function makeBaseTree(
  { env, home, clock }: Context,
  source: Source,
  { command, at, commit, isFresh }: Wanted,
): Promise<BaseTree> {
  const tree = treeDir(at);
  ensureDir(at, 0o700);
  const made = await treeOf(source, { commit, at: tree, env, timeout: LONGEST_TREE });
  if (made.kind !== "ok") {
    await dropTree(at);
    throw new CannotStart("refused", cantRun(command, reasonOf(made)));
  }
  const allowed = { files: MOST_FILES, bytes: Math.min(MOST_BYTES, roomOn(at) * SHARE) };
  const parts = await fillTree(source, tree, { env, timeout: LONGEST_TREE, allowed });
  const dependencies = await bringDependencies(source.top, tree, { env, allowed, isFresh });
  await includeFiles({ home, env, now: clock.wall }, source, tree);
  const cwd = join(tree, source.below);
  ensureDir(cwd);
  return { cwd, lacks: [...parts, ...dependencies] };
}
