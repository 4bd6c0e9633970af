/**
 * The accepted work of a task as a branch of the remote that its target follows, for a pull request: as the repository stores its
 * files, and with what LFS keeps of them.
 */
import { join } from "node:path";

import { borrowing } from "@fleet/kit/git/alternates";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { GitAnswer } from "@fleet/kit/git/git";
import { shellWord } from "@fleet/kit/shell";
import type { Issue } from "@fleet/store/issue";

import { inLanding, type Landing, storedIn } from "../../../landing/land.ts";
import { lendLfs } from "../../../landing/lfs.ts";
import type { Remote } from "../../../landing/move.ts";
import { pushEnd } from "../../../landing/push-answer.ts";
import { pushLfs } from "../../../landing/push.ts";
import { remoteFor } from "../../../landing/remote-for.ts";
import { LandingError } from "../../../landing/trouble.ts";
import { landingDir } from "../../../workspaces/paths.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import { type Around, landerOf, landingOf } from "./landing-of.ts";

export interface PullWork {
  readonly landing: Landing;
  /** What the branch is called, here and at the remote. */
  readonly branch: string;
  readonly remote: Remote;
  /** The branch there that it is for. */
  readonly target: string;
}

/** Throws a LandingError where nothing of it can be pushed. */
export async function pullWork(around: Around, issue: Issue, workspace: WorkspaceRecord): Promise<PullWork> {
  const landing = await landingOf(around, issue, workspace);
  const { branch } = workspace;
  const { remote, target, source } = landing;
  if (remote !== undefined) return { landing, branch, remote, target };
  const found = await remoteFor(around.env, source, target);
  if (found.kind === "none") throw new LandingError("unclear", found.why, { mend: found.mend });
  return { landing, branch, remote: found.remote, target: found.target };
}

/** Milliseconds. */
const PATIENCE = 600_000;

/**
 * Pushes it, and says as which commit. `before`: what fleet pushed there last, which may be replaced; what somebody else pushed may
 * not.
 */
export async function pushPull(
  around: Around,
  { landing, branch, remote }: PullWork,
  { before, now }: { readonly before: string | undefined; readonly now: () => number },
): Promise<string> {
  const { source, depot } = landing;
  const lander = landerOf(around, landing, now, { patience: PATIENCE });
  return await inLanding(lander, landing, async (tree) => {
    const commit = await storedIn(tree, landing);
    lendLfs(tree.gitDir, source);
    const own = [join(depot, "objects"), join(landingDir(around.home, source.commonDir), ".git", "objects")];
    const where = borrowing(...own);
    const ask = async (args: readonly string[]): Promise<GitAnswer> =>
      await gitObjects(
        args,
        { env: around.env, gitDir: source.commonDir, as: "checkout", where },
        { timeout: PATIENCE },
      );
    const lfs = await pushLfs(ask, source, { commit, remote });
    if (lfs !== undefined) throw new LandingError("unclear", lfs.why, lfs.mend === undefined ? {} : { mend: lfs.mend });
    const ref = `refs/heads/${branch}`;
    const quiet = ["--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed"];
    const lease = `--force-with-lease=${ref}:${before ?? ""}`;
    const end = pushEnd(await ask(["push", "--porcelain", ...quiet, lease, remote.url, `${commit}:${ref}`]), ref);
    if (end.kind === "moved") return commit;
    // The answer was lost, or it is there already: what is there says so.
    const there = await ask(["ls-remote", remote.url, ref]);
    if (there.kind === "ok" && there.stdout.split("\t")[0] === commit) return commit;
    throw new LandingError("failed", `${branch} was not pushed to ${remote.url}: ${end.why}`, {
      mend: `git -C ${shellWord(source.top)} ls-remote ${shellWord(remote.url)} ${shellWord(ref)}`,
    });
  });
}
