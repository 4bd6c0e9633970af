/** Brings the branch of a task that works in a clone into the repository that it is a clone of, when a person asks. */
import { reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { isRefName } from "@fleet/kit/git/ref-name";
import { shellWord } from "@fleet/kit/shell";
import type { Issue } from "@fleet/store/issue";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { readTaken } from "../../attempts/records/taken.ts";
import { readWorkspace } from "../../workspaces/record.ts";
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
export async function checkout(fleet: Fleet, { id }: Issue, named: string | undefined): Promise<CheckedOut> {
  const { home, world } = fleet;
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
  const { top } = workspace.source;
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
