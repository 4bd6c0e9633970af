/**
 * A target moved in the working tree that has it checked out: the files first, then the branch by its name, then the index. A
 * `merge --ff-only` there has overwritten ignored files, moved another branch, and left files behind when it was killed; and the
 * lock of an index does not keep HEAD where it is, so that is looked at again before anything is final.
 */
import { join } from "node:path";

import { bringFiles, putIndex } from "./bring-files.ts";
import { type Checkout, checkoutOf, release, takeLock } from "./checkout.ts";
import { changedBy, lockedEnd, refusalAt, tipHere } from "./look-at-checkout.ts";
import type { Holder, Move, MoveEnd, Moving } from "./move.ts";
import { moveRef } from "./move-ref.ts";
import { restore } from "./restore.ts";
import { bringAlong } from "./settle.ts";
import { wayOf } from "./where-it-is.ts";

/** What throws in here leaves what a kill leaves, and `recoverMove` puts it right. */
export async function moveCheckout(moving: Moving, move: Move, holder: Holder): Promise<MoveEnd> {
  const checkout = checkoutOf(moving, move, holder);
  if (!takeLock(checkout)) {
    release(checkout);
    return lockedEnd(join(holder.gitDir, "index.lock"));
  }
  moving.at?.("locked");
  const { end, isBehind } = await moveLocked(checkout);
  release(checkout);
  if (isBehind) await bringAlong(checkout);
  return end;
}

interface Moved {
  readonly end: MoveEnd;
  /** Somebody removed the lock and wrote the index, which therefore is that of the old tip still. */
  readonly isBehind: boolean;
}

const ended = (end: MoveEnd): Moved => ({ end, isBehind: false });

async function moveLocked(checkout: Checkout): Promise<Moved> {
  const { moving, move, dir } = checkout;
  const tip = await tipHere(checkout);
  if (tip !== move.from) return ended({ kind: "again", why: `${move.target} in ${dir} is not where it was` });
  const refused = await refusalAt(checkout, await changedBy(checkout));
  if (refused !== undefined) return ended(refused);
  const brought = await bringFiles(checkout);
  if (brought.kind === "wait") {
    await restore(checkout, "back");
    return ended(brought);
  }
  moving.at?.("files");
  const end = await moveRef(moving, move);
  moving.at?.("ref");
  // Wherever HEAD is now, its files and its index are to be its own.
  const way = await wayOf(checkout);
  if (way === "back") await restore(checkout, "back");
  const isBehind = way === "forward" && !putIndex(checkout, brought.instance);
  moving.at?.("index");
  return { end, isBehind };
}
