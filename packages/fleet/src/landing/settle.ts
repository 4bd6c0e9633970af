/**
 * Updates a working tree that checked the target out during the move: it has the files and index of the old tip, so the whole
 * candidate would look like a staged removal. Only while its index equals the old tip exactly, because then nothing in it is a
 * person's change.
 */
import { sleep } from "@fleet/kit/clock";
import { isSame } from "@fleet/kit/git/changed-paths";
import { shellWord } from "@fleet/kit/shell";

import { type Checkout, checkoutOf, refOf, release, takeLock } from "./checkout.ts";
import { holdersOf } from "./holders.ts";
import { changedBy, indexOf } from "./look-at-checkout.ts";
import type { Move, Moving } from "./move.ts";
import { restore } from "./restore.ts";
import { headOf } from "./where-it-is.ts";

/** The checkout itself may still hold the lock. */
const TRIES = 50;
const PAUSE = 10;

/**
 * Returns one sentence for each working tree that was left alone. Only while the move is on record: later, such a state is a person's
 * doing.
 */
export async function settle(moving: Moving, move: Move): Promise<string[]> {
  const told: string[] = [];
  for (const holder of await holdersOf(moving, move.source, refOf(move)))
    if (holder.busy === undefined) told.push(...(await bringAlong(checkoutOf(moving, move, holder))));
  return told;
}

/** The same in one working tree. */
export async function bringAlong(checkout: Checkout): Promise<string[]> {
  if (!(await isBehind(checkout))) return [];
  let isLocked = takeLock(checkout);
  for (let tried = 0; !isLocked && tried < TRIES; tried++) {
    await sleep(PAUSE);
    isLocked = takeLock(checkout);
  }
  const { dir, move } = checkout;
  const told = isLocked
    ? await bringLocked(checkout)
    : [`${dir} shows ${move.task} as staged for removal, because its index is locked: git -C ${shellWord(dir)} status`];
  release(checkout);
  return told;
}

async function bringLocked(checkout: Checkout): Promise<string[]> {
  checkout.moving.at?.("locked");
  const left = (await isBehind(checkout)) ? await restore(checkout, "forward", "theirs") : [];
  checkout.moving.at?.("index");
  return left.map((path) => leftText(checkout, path));
}

/** The candidate is checked out there, with the index of the tip before it. */
async function isBehind(checkout: Checkout): Promise<boolean> {
  if ((await headOf(checkout)) !== checkout.move.to) return false;
  const [changed, index] = [await changedBy(checkout), await indexOf(checkout)];
  return changed.length > 0 && changed.every(({ path, before }) => isSame(index.get(path), before));
}

/** Of a file that was changed meanwhile. */
export const leftText = ({ dir, move }: Checkout, path: string): string =>
  `${path} in ${dir} was changed while ${move.task} was landed on ${move.target}, and is left as it is`;
