/**
 * Moves a target that is a branch of a remote: pushes to its address (so that the person's remote-tracking branches stay as they
 * are), only from the tip that the candidate was built on. No hooks of the repository run; LFS objects are pushed first.
 */
import { join } from "node:path";

import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";
import { readText } from "@fleet/kit/read";

import { gitAt, refOf } from "./checkout.ts";
import type { Move, MoveEnd, Mover, Moving, Remote, Target, Wait } from "./move.ts";
import { pushEnd } from "./push-answer.ts";
import { untilOver } from "./recover-move.ts";
import { remoteTip } from "./remote-tip.ts";

/** `mark`: the ref prefix under which this home keeps what the remote has. */
export const pushMover = (remote: Remote, mark: string): Mover => ({
  tipOf: async (moving, aim) =>
    await remoteTip(moving, aim, { remote, into: `refs/fleet/${mark}/remote/${remote.name ?? "url"}/${aim.target}` }),
  moveTarget: async (moving, move) =>
    (await pushLfs(async (args) => await gitAt(moving, move, args), move.source, { commit: move.to, remote })) ??
    (await push(moving, move, remote)),
});

/** Whether the server accepted it, the next lander asks the server. */
export async function recoverPush(moving: Moving, move: Move): Promise<readonly string[]> {
  await untilOver(moving, move);
  return [];
}

async function push(moving: Moving, move: Move, { url }: Remote): Promise<MoveEnd> {
  const ref = refOf(move);
  const quiet = ["--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed"];
  const lease = `--force-with-lease=${ref}:${move.from}`;
  const answer = await gitAt(moving, move, ["push", "--porcelain", ...quiet, lease, url, `${move.to}:${ref}`]);
  moving.at?.("ref");
  return pushEnd(answer, ref);
}

interface LfsPush {
  readonly commit: string;
  readonly remote: Remote;
}

type Ask = (args: readonly string[]) => Promise<GitAnswer>;

/**
 * LFS objects go before the commit that names them: hooks are off, so git-lfs would not send them, and a later push would not either.
 * `ask`: git in the source.
 */
export async function pushLfs(
  ask: Ask,
  source: Pick<Target, "commonDir">,
  { commit, remote: { url, name } }: LfsPush,
): Promise<Wait | undefined> {
  if (!(await usesLfs(ask, source, commit))) return undefined;
  const pushed = await ask(["lfs", "push", name ?? url, commit]);
  if (pushed.kind === "ok") return undefined;
  if (pushed.kind === "failed" && /'lfs' is not a git command/.test(pushed.stderr))
    return { kind: "wait", why: "its work has files in LFS, and git-lfs is not on PATH", mend: "git lfs version" };
  return { kind: "wait", why: `its LFS objects can't be pushed: ${reasonOf(pushed)}` };
}

const ASKS_FOR_LFS = /\bfilter=lfs\b/;

/** Whether the commit's attributes, or the repository's own, send any file through LFS. */
async function usesLfs(ask: Ask, { commonDir }: Pick<Target, "commonDir">, commit: string): Promise<boolean> {
  const own = readText(join(commonDir, "info", "attributes")) ?? "";
  if (ASKS_FOR_LFS.test(own)) return true;
  const listed = await ask(["ls-tree", "-r", "-z", "--name-only", commit]);
  const paths = listed.kind === "ok" ? listed.stdout.split("\0") : [];
  const files = paths.filter((path) => path === ".gitattributes" || path.endsWith("/.gitattributes"));
  if (files.length === 0) return false;
  const found = await ask(["grep", "-q", "-F", "filter=lfs", commit, "--", ...files]);
  return found.kind === "ok";
}
