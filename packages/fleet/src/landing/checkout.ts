/**
 * A working tree of a person's while a branch is moved in it: the names of fleet's files there, git with an index of fleet's own, and
 * the lock of the person's index. Only the holder of that lock changes files, and the lock's text says who holds it, so that after a
 * kill the next lander knows whether there is anything to repair.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readdirSync } from "node:fs";

import { removeFile, replaceFile, moveExclusive, discard } from "@fleet/kit/files";
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";
import { gitObjects, type OwnObjects } from "@fleet/kit/git/own-objects";
import { readText } from "@fleet/kit/read";

import type { Holder, Move, Moving } from "./move.ts";
import { MoveError } from "./move-trouble.ts";

/** Milliseconds: a checkout of 50 000 files took 13 seconds on a busy disk. */
const LONG = 600_000;

/** git fsyncs what it writes, which it does not by default: what a record names must survive a power loss. */
export const DURABLE = ["-c", "core.fsync=committed,loose-object,reference,index"];

/** The environment variable that marks the processes of a move. */
export const MOVE_MARK = "FLEET_MOVE";

/** A move in one working tree. */
export interface Checkout {
  readonly moving: Moving;
  readonly move: Move;
  readonly dir: string;
  readonly gitDir: string;
}

export const refOf = ({ target }: Pick<Move, "target">): string => `refs/heads/${target}`;

/** The same for each try of this move; different in another home. */
export const tagOf = ({ home }: Moving, { task, target, to }: Move): string =>
  createHash("sha256").update([home, task, target, to].join("\0")).digest("hex").slice(0, 16);

export const checkoutOf = (moving: Moving, move: Move, { dir, gitDir }: Holder): Checkout => ({
  moving,
  move,
  dir,
  gitDir,
});

/** Prefix of fleet's files in a git directory. */
const prefixOf = (moving: Moving, move: Move): string => `fleet-landing.${tagOf(moving, move)}.`;

const ownFile = ({ moving, move, gitDir }: Checkout, name: string): string =>
  join(gitDir, prefixOf(moving, move) + name);

/** Marks that this move is about to move the branch. A branch lock older than this file is not ours. */
export const noteOf = (moving: Moving, move: Move): string =>
  join(move.source.commonDir, `${prefixOf(moving, move)}note`);

/** The index that git works with until it replaces the person's. */
export const ownIndex = (checkout: Checkout): string => ownFile(checkout, "index");

const lockPath = ({ gitDir }: Checkout): string => join(gitDir, "index.lock");

const lockText = ({ moving, move }: Checkout): string =>
  `fleet landing ${tagOf(moving, move)}\n${move.task} is being landed on ${move.target} by fleet; where that was ended, fleet puts it right at its next start\n`;

/** False if another process has locked the index. The lock file appears together with its text, never empty. */
export function takeLock(checkout: Checkout): boolean {
  const text = ownFile(checkout, "lock");
  replaceFile(text, lockText(checkout), { parents: false, mode: 0o644 });
  return moveExclusive(text, lockPath(checkout));
}

export const holdsLock = (checkout: Checkout): boolean => readText(lockPath(checkout)) === lockText(checkout);

/** Removes our files, and the lock if it is ours. */
export function release(checkout: Checkout): void {
  if (holdsLock(checkout)) removeFile(lockPath(checkout));
  sweepOwn(checkout.gitDir, checkout.moving, checkout.move);
}

export function sweepOwn(gitDir: string, moving: Moving, move: Move): void {
  const prefix = prefixOf(moving, move);
  for (const name of readdirSync(gitDir)) if (name.startsWith(prefix)) discard(join(gitDir, name));
}

export interface GitThere {
  /** A separate index, not the person's. */
  readonly index?: string;
  readonly input?: string;
}

/** git in that working tree, with the filters of the person whom fleet works for. */
export const gitIn = async (
  { moving, move, dir, gitDir }: Checkout,
  args: readonly string[],
  { index, input }: GitThere = {},
): Promise<GitAnswer> =>
  await gitObjects(
    [...DURABLE, "-C", dir, ...args],
    {
      env: moving.env,
      gitDir,
      as: "checkout",
      where: {
        GIT_WORK_TREE: dir,
        [MOVE_MARK]: tagOf(moving, move),
        ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
      },
    },
    { timeout: LONG, ...(input === undefined ? {} : { input }) },
  );

/** What git printed; throws where it did not do it. `doing` completes "could not …". */
export function toldBy(answer: GitAnswer, doing: string, { dir }: Pick<Checkout, "dir">): string {
  if (answer.kind === "ok") return answer.stdout;
  throw new MoveError("failed", `could not ${doing}: ${reasonOf(answer)}`, { where: dir });
}

export const whereOf = (moving: Moving, move: Move): OwnObjects => ({
  env: moving.env,
  gitDir: move.source.commonDir,
  as: "checkout",
  where: { [MOVE_MARK]: tagOf(moving, move) },
});

/** git in the repository, without a working tree. */
export const gitAt = async (moving: Moving, move: Move, args: readonly string[]): Promise<GitAnswer> =>
  await gitObjects([...DURABLE, ...args], whereOf(moving, move), { timeout: LONG });
