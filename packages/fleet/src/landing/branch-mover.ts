/** Moves a branch of the person's repository: through the working tree that has it checked out, or by `update-ref` where none has. */
import { sleep } from "@fleet/kit/clock";

import { refOf, sweepOwn } from "./checkout.ts";
import { busyEnd, holdersOf } from "./holders.ts";
import { moveCheckout } from "./move-checkout.ts";
import { moveRef } from "./move-ref.ts";
import type { Move, MoveEnd, Mover, Moving } from "./move.ts";
import { beginNote } from "./note.ts";
import { settle } from "./settle.ts";
import { localTip } from "./target.ts";

/** Milliseconds. A checkout that began before the move has ended by then. */
const PAUSE = 15;

async function moveTarget(moving: Moving, move: Move): Promise<MoveEnd> {
  const holders = await holdersOf(moving, move.source, refOf(move));
  for (const { busy, dir } of holders) if (busy !== undefined) return busyEnd(busy, dir, move.source.top);
  const [holder, second] = holders;
  if (holder !== undefined && second !== undefined)
    return {
      kind: "wait",
      why: `it is checked out in ${holder.dir} and in ${second.dir}: switch one of them to another branch`,
    };
  beginNote(moving, move);
  const end = holder === undefined ? await moveBare(moving, move) : await moveCheckout(moving, move, holder);
  sweepOwn(move.source.commonDir, moving, move);
  return end;
}

/** No working tree had it checked out when we looked; a person may check it out meanwhile. */
async function moveBare(moving: Moving, move: Move): Promise<MoveEnd> {
  const end = await moveRef(moving, move);
  moving.at?.("ref");
  if (end.kind !== "moved") return end;
  await settle(moving, move);
  await sleep(PAUSE);
  await settle(moving, move);
  return end;
}

export const branchMover: Mover = {
  tipOf: async ({ env }, aim) => await localTip(env, aim),
  moveTarget,
};
