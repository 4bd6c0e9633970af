/**
 * Brings the files of a checkout from one commit to another while holding the lock of its index, with an index of fleet's own. git
 * writes only files whose index entry equals the first commit; everything else in the checkout stays.
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

/** Identifies the index file; changes as soon as anybody writes it. */
const instanceOf = (checkout: Checkout): string => {
  const seen = statSync(indexPath(checkout), { bigint: true, throwIfNoEntry: false });
  return seen === undefined ? "" : `${seen.ino}-${seen.mtimeNs}-${seen.size}`;
};

/** Copies the person's index to ours, refreshed so that only content counts; returns the identity of the one copied. */
export async function takeOwnIndex(checkout: Checkout): Promise<string> {
  const instance = instanceOf(checkout);
  // Left by a git that was killed.
  discard(`${ownIndex(checkout)}.lock`);
  copyIndex(indexPath(checkout), ownIndex(checkout));
  // A non-zero exit status only means that something differs.
  await gitIn(checkout, ["update-index", "-q", "--refresh"], { index: ownIndex(checkout) });
  return instance;
}

/**
 * brought: the files are those of the second commit, and our index says so · wait: `why` tells what is in the way; the files may be in
 * any state.
 */
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

/** Replaces the person's index by ours; false where somebody removed our lock or wrote the index despite it. */
export function putIndex(checkout: Checkout, instance: string): boolean {
  if (!holdsLock(checkout) || instanceOf(checkout) !== instance) return false;
  rename(ownIndex(checkout), indexPath(checkout));
  return true;
}
