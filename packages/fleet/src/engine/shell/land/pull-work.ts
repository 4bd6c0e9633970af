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

import { sinceLanded } from "../../../landing/begun.ts";
import { buildCandidate } from "../../../landing/candidate.ts";
import { isAncestor } from "../../../landing/git-in-tree.ts";
import { inLanding, type LandEnd, type Lander, type Landing, storedIn } from "../../../landing/land.ts";
import { lendLfs } from "../../../landing/lfs.ts";
import { type Merging, withMerged } from "../../../landing/merged.ts";
import type { Remote } from "../../../landing/move.ts";
import { pushEnd } from "../../../landing/push-answer.ts";
import { pushLfs } from "../../../landing/push.ts";
import { lastTip, readLanding, withIntent, writeLanding } from "../../../landing/record.ts";
import { remoteFor } from "../../../landing/remote-for.ts";
import { checkOut, type LandingTree } from "../../../landing/tree.ts";
import { LandingError } from "../../../landing/trouble.ts";
import { landingDir } from "../../../workspaces/paths.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import { type Around, landerOf, landingOf } from "./landing-of.ts";

export interface PullWork {
  readonly landing: Landing;
  /** The name of the branch, here and at the remote. */
  readonly branch: string;
  readonly remote: Remote;
  /** The branch there that it is for. */
  readonly target: string;
}

/** Throws a LandingError where nothing of it can be pushed. */
export async function pullWork(around: Around, issue: Issue, workspace: WorkspaceRecord): Promise<PullWork> {
  const landing = await landingOf(around, issue, workspace);
  const { branch, base_from: from } = workspace;
  const { remote, target, source } = landing;
  if (remote !== undefined) return { landing, branch, remote, target };
  const found = await remoteFor(around.env, source, target);
  if (found.kind === "none") throw new LandingError("unclear", found.why, { mend: found.mend });
  const there = { remote: found.remote, target: found.target };
  return { landing: { ...landing, ...there, unpublished: from?.kind !== "needs" }, branch, ...there };
}

/** Milliseconds. */
const PATIENCE = 600_000;

/** pushed: as this commit · conflict, nothing-new: with the branch that it is for, as of a landing. */
export type PullPushed =
  | { readonly kind: "pushed"; readonly commit: string }
  | Extract<LandEnd, { kind: "conflict" | "nothing-new" }>;

interface Pushing {
  /** The commit that fleet pushed there last: it may be replaced; a commit that somebody else pushed may not. */
  readonly before: string | undefined;
  readonly now: () => number;
}

/** Brings it to the branch of that name at the remote. */
export async function pushPull(
  around: Around,
  { landing, branch, remote }: PullWork,
  { before, now }: Pushing,
): Promise<PullPushed> {
  const { source, depot } = landing;
  const lander = landerOf(around, landing, now, { patience: PATIENCE });
  return await inLanding(lander, landing, async (tree) => {
    const found = await commitFor(tree, lander, landing);
    if (found.kind !== "pushed") return found;
    const { commit } = found;
    lendLfs(tree.gitDir, source);
    const objects = [join(depot, "objects"), join(landingDir(around.home, source.commonDir), ".git", "objects")];
    const where = borrowing(...objects);
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
    const there = async (): Promise<string | undefined> => {
      const answer = await ask(["ls-remote", remote.url, ref]);
      return answer.kind === "ok" ? (answer.stdout.split("\t")[0] ?? "").trim() : undefined;
    };
    const known = await there();
    // A server may delete the branch of what was merged.
    const own =
      known === "" || (known !== undefined && pushedWork(around.home, landing.task, known) !== undefined)
        ? known
        : before;
    const lease = `--force-with-lease=${ref}:${own ?? ""}`;
    const end = pushEnd(await ask(["push", "--porcelain", ...quiet, lease, remote.url, `${commit}:${ref}`]), ref);
    // The answer was lost, or it is there already: what is there says so.
    if (end.kind === "moved" || (await there()) === commit) return found;
    throw new LandingError("failed", `${branch} was not pushed to ${remote.url}: ${end.why}`, {
      mend: `git -C ${shellWord(source.top)} ls-remote ${shellWord(remote.url)} ${shellWord(ref)}`,
    });
  });
}

/**
 * Its own commits where they begin at what the branch has that it is for. Else the work made on that branch: begun with the work of
 * another task, or with what a person has not published, it would bring that with it. Written down as what its landing will be
 * known by.
 */
async function commitFor(tree: LandingTree, lander: Lander, landing: Landing): Promise<PullPushed> {
  const { home, now, mover } = lander;
  const { task, head } = landing;
  const aimed = await mover.tipOf(lander, { ...landing, known: lastTip(home, landing) });
  if (aimed.kind !== "tip")
    throw new LandingError(
      "unclear",
      aimed.why,
      "mend" in aimed && aimed.mend !== undefined ? { mend: aimed.mend } : {},
    );
  const { tip } = aimed;
  const stored = await storedIn(tree, landing);
  const since = await sinceLanded(tree, home, landing, tip);
  let commit = stored;
  if (!(await isAncestor(tree, since.base, tip))) {
    await checkOut(tree, tip);
    const history = landing.history === "merge" ? "rebase" : landing.history;
    const built = await buildCandidate(tree, { ...since, history, stored, tip });
    if (built.kind !== "candidate") return { ...built, tip };
    commit = built.commit;
  }
  const at = new Date(now()).toISOString();
  writeLanding(home, task, withIntent(readLanding(home, task), { tip, candidate: commit, head, at }).record);
  return { kind: "pushed", commit };
}

/** Records that the target has what was pushed, maybe as another commit. */
export function noteMerged(home: string, task: string, merging: Merging): void {
  const record = readLanding(home, task);
  const merged = withMerged(record, merging);
  if (merged !== record) writeLanding(home, task, merged);
}

/** The accepted work that fleet pushed as this commit; undefined where fleet pushed no such commit. */
export const pushedWork = (home: string, task: string, commit: string): string | undefined =>
  readLanding(home, task).intents.findLast(({ candidate }) => candidate === commit)?.head;
