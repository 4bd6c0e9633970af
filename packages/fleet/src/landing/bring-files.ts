/**
 * The files of a checkout brought from one commit to the other under the lock of its index, with an index of fleet's own: git writes
 * files of its own accord only where the index has what the first commit has, and everything else in there stays as it is.
 */
import { join } from "node:path";
import { statSync } from "node:fs";

import { discard, move as rename } from "@fleet/kit/files";
import { copyIndex } from "@fleet/kit/git/view";
import { reasonOf } from "@fleet/kit/git/git";

import { type Checkout, gitIn, holdsLock, ownIndex } from "./checkout.ts";
import { obstacleEnd } from "./look-at-checkout.ts";
import type { Wait } from "./move.ts";
import type { Obstacle } from "@fleet/kit/git/in-the-way";

const indexPath = ({ gitDir }: Checkout): string => join(gitDir, "index");

/** Which index it is; another one once anybody has written it. */
const instanceOf = (checkout: Checkout): string => {
  const seen = statSync(indexPath(checkout), { bigint: true, throwIfNoEntry: false });
  return seen === undefined ? "" : `${seen.ino}-${seen.mtimeNs}-${seen.size}`;
};

/** The person's index as fleet's own, refreshed so that only content counts; which one it was. */
export async function takeOwnIndex(checkout: Checkout): Promise<string> {
  const instance = instanceOf(checkout);
  // Of a git that was killed.
  discard(`${ownIndex(checkout)}.lock`);
  copyIndex(indexPath(checkout), ownIndex(checkout));
  // Its exit status says that something differs, which is no trouble here.
  await gitIn(checkout, ["update-index", "-q", "--refresh"], { index: ownIndex(checkout) });
  return instance;
}

/** brought: the files are those of the second commit, and our own index says so · wait: why not, with nothing to be relied on. */
export type Brought = { readonly kind: "brought"; readonly instance: string } | Wait;

export async function bringFiles(checkout: Checkout): Promise<Brought> {
  const { from, to } = checkout.move;
  const instance = await takeOwnIndex(checkout);
  const read = await gitIn(checkout, ["read-tree", "-m", "-u", from, to], { index: ownIndex(checkout) });
  if (read.kind === "ok") return { kind: "brought", instance };
  const obstacle = read.kind === "failed" ? obstacleIn(read.stderr) : undefined;
  if (obstacle !== undefined) return obstacleEnd(obstacle, checkout.dir);
  return { kind: "wait", why: `the files in ${checkout.dir} can't be brought to the candidate: ${reasonOf(read)}` };
}

const WORDS: readonly (readonly [RegExp, Obstacle["kind"]])[] = [
  [/^error: Entry '(.+)' not uptodate\./m, "changed"],
  [/^error: Entry '(.+)' would be overwritten by merge\./m, "staged"],
  [/^error: Untracked working tree file '(.+)' would be/m, "untracked"],
  [/^error: Updating '(.+)' would lose untracked files in it/m, "untracked"],
];

/** Why `read-tree` refused, before it wrote anything. */
export function obstacleIn(stderr: string): Obstacle | undefined {
  for (const [pattern, kind] of WORDS) {
    const path = pattern.exec(stderr)?.[1];
    if (path !== undefined) return { kind, path };
  }
  return undefined;
}

/** Our own index in the place of the person's; false where somebody removed our lock, or wrote the index in spite of it. */
export function putIndex(checkout: Checkout, instance: string): boolean {
  if (!holdsLock(checkout) || instanceOf(checkout) !== instance) return false;
  rename(ownIndex(checkout), indexPath(checkout));
  return true;
}
