/**
 * One run of what is to be proven, where the task begins: in a tree of the base's own commit, outside of the repository; where
 * there is none, in the directory itself.
 */
import { join } from "node:path";

import { ensureDir, removeTree } from "@fleet/kit/files";
import { reasonOf } from "@fleet/kit/git/git";
import { readSource, type Source } from "@fleet/kit/git/source";
import { treeOf } from "@fleet/kit/git/tree-of";
import type { Issue } from "@fleet/store/issue";

import { treeDir } from "../../../attempts/evidence/check-files.ts";
import * as checkRun from "../../../attempts/evidence/check-run.ts";
import type { AttemptRecord } from "../../../attempts/records/record.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { aboutAttempt } from "../state/journal.ts";
import { linkDependencies } from "./base-dependencies.ts";
import { checkEnvironment } from "./child-environment.ts";
import { CannotStart } from "./not-started.ts";
import { taskDirectory } from "./task-directory.ts";

/** A working tree of 50 000 files took 13 seconds on a busy disk. */
const LONGEST_TREE = 600_000;

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
  const cwd = await taskDirectory(context, issue, handle.cwd);
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
  await linkDependencies(source.top, tree, env);
  const cwd = join(tree, source.below);
  ensureDir(cwd);
  return cwd;
}
