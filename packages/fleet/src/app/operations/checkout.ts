/** Brings the branch of a task that works in a clone into the repository that it is a clone of, when a person asks. */
import { existsSync } from "node:fs";

import { reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readSource } from "@fleet/kit/git/source";
import { isRefName } from "@fleet/kit/git/ref-name";
import { shellWord } from "@fleet/kit/shell";
import type { Issue } from "@fleet/store/issue";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { readTaken } from "../../attempts/records/taken.ts";
import { cwdOf } from "../../engine/core/tasks.ts";
import { giveLfs } from "../../workspaces/lfs.ts";
import { readWorkspace, type WorkspaceRecord } from "../../workspaces/record.ts";
import { attemptRefs } from "../../workspaces/take-back.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";

export interface CheckedOut {
  /** The top of the repository. */
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
}

/** The branch is made, or moved on to what it leads to; it is not switched to. */
export async function checkout(fleet: Fleet, issue: Issue, named: string | undefined): Promise<CheckedOut> {
  const { home, world } = fleet;
  const { id } = issue;
  await fleet.allow({ kind: "command", words: "fleet checkout" });
  const workspace = readWorkspace(home, id);
  if (workspace === undefined)
    throw new CommandError(
      `${id} works in its directory, or was not begun: its work is nowhere else`,
      `fleet task ${id}`,
    );
  const branch = named ?? workspace.branch;
  if (!isRefName(`refs/heads/${branch}`) || branch.startsWith("-"))
    throw new CommandError(`no name of a branch: ${branch}`, `fleet checkout ${id} --branch NAME`, EXIT.usage);
  const last = attemptsOf(home, id)
    .flatMap(({ name, dir }) => {
      const taken = readTaken(dir);
      return taken?.kind === "taken" && taken.tip !== undefined ? [{ name, tip: taken.tip }] : [];
    })
    .at(-1);
  if (last === undefined)
    throw new CommandError(`no attempt of ${id} has ended yet`, `git -C ${shellWord(workspace.dir)} log`);
  const source = await sourceOf(fleet, issue, workspace);
  const { top } = source;
  giveLfs(workspace.depot, id, source.commonDir);
  const quiet = ["-q", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-gc"];
  const spec = `${attemptRefs(id, last.name)}/branch:refs/heads/${branch}`;
  const fetched = await gitObjects(["-C", top, "fetch", ...quiet, workspace.depot, spec], {
    env: world.env,
    as: "person",
  });
  if (fetched.kind !== "ok")
    throw new CommandError(
      `${branch} was not made in ${top}: ${reasonOf(fetched)}`,
      `fleet checkout ${id} --branch NAME`,
    );
  return { repository: top, branch, commit: last.tip };
}

/** Where the source is: where it was, or where the task's directory is now, if that is a repository with the task's base. */
async function sourceOf({ world: { env } }: Fleet, issue: Issue, { source, base }: WorkspaceRecord) {
  for (const dir of [source.top, cwdOf(issue)]) {
    const found = dir === "" || !existsSync(dir) ? undefined : await readSource(dir, env);
    if (found?.kind !== "source") continue;
    const { top, commonDir } = found.source;
    const asked = await gitObjects(["cat-file", "-e", `${base}^{commit}`], { env, gitDir: commonDir });
    if (commonDir === source.common_dir || asked.kind === "ok") return { top, commonDir };
  }
  throw new CommandError(
    `${source.top}, of which ${issue.id} has a clone, is gone or was moved`,
    `fleet bd update ${issue.id} --cwd DIR, where it is now`,
  );
}
