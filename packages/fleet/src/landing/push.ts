/**
 * A target that is a branch of a remote: pushed to its address, so that nothing of the person's remote branches is written, from
 * exactly the tip that the candidate was built on. Hooks of the repository don't run; what LFS keeps is pushed before.
 */
import { join } from "node:path";

import { reasonOf } from "@fleet/kit/git/git";
import { readText } from "@fleet/kit/read";

import { gitAt, refOf } from "./checkout.ts";
import type { Move, MoveEnd, Mover, Moving, Remote } from "./move.ts";
import { pushEnd } from "./push-answer.ts";
import { untilOver } from "./recover-move.ts";
import { remoteTip } from "./remote-tip.ts";

/** `mark`: below which refs this home keeps what the remote has (as of a lander). */
export const pushMover = (remote: Remote, mark: string): Mover => ({
  tipOf: async (moving, aim) =>
    await remoteTip(moving, aim, { remote, into: `refs/fleet/${mark}/remote/${remote.name ?? "url"}/${aim.target}` }),
  moveTarget: async (moving, move) => (await pushLfs(moving, move, remote)) ?? (await push(moving, move, remote)),
});

/** Whether the server took it is asked of the server, by whoever lands next. */
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

/** Before the commit that names them: a push without hooks would leave pointers to nothing, and a later one sends nothing more. */
async function pushLfs(moving: Moving, move: Move, { url, name }: Remote): Promise<MoveEnd | undefined> {
  if (!(await usesLfs(moving, move))) return undefined;
  const pushed = await gitAt(moving, move, ["lfs", "push", name ?? url, move.to]);
  if (pushed.kind === "ok") return undefined;
  if (pushed.kind === "failed" && /'lfs' is not a git command/.test(pushed.stderr))
    return { kind: "wait", why: "the candidate has files in LFS, and git-lfs is not on PATH", mend: "git lfs version" };
  return { kind: "wait", why: `its LFS objects can't be pushed: ${reasonOf(pushed)}` };
}

const ASKS_FOR_LFS = /\bfilter=lfs\b/;

/** Whether attributes of the candidate, or the repository's own, send any file through LFS. */
async function usesLfs(moving: Moving, move: Move): Promise<boolean> {
  const own = readText(join(move.source.commonDir, "info", "attributes")) ?? "";
  if (ASKS_FOR_LFS.test(own)) return true;
  const listed = await gitAt(moving, move, ["ls-tree", "-r", "-z", "--name-only", move.to]);
  const paths = listed.kind === "ok" ? listed.stdout.split("\0") : [];
  const files = paths.filter((path) => path === ".gitattributes" || path.endsWith("/.gitattributes"));
  if (files.length === 0) return false;
  const found = await gitAt(moving, move, ["grep", "-q", "-F", "filter=lfs", move.to, "--", ...files]);
  return found.kind === "ok";
}
