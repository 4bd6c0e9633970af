/**
 * Moves a target in the working tree that has it checked out: first the files, then the branch, then the index. `merge --ff-only` was
 * not safe: it overwrote ignored files, moved another branch, and left files behind when killed. The index lock does not stop
 * somebody from changing HEAD, so HEAD is checked again before anything is final.
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

/** An exception in here leaves the same state as a kill; `recoverMove` repairs it. */
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
  /** Somebody removed the lock and wrote the index, so it is still that of the old tip. */
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
  // Wherever HEAD is now, files and index have to match it.
  const way = await wayOf(checkout);
  if (way === "back") await restore(checkout, "back");
  const isBehind = way === "forward" && !putIndex(checkout, brought.instance);
  moving.at?.("index");
  return { end, isBehind };
}
