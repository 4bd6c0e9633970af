/** Moves the branch ref, compare-and-swap: only from the commit that the candidate was built on. */
import type { GitAnswer } from "@fleet/kit/git/git";
import { reasonOf } from "@fleet/kit/git/git";
import { moveHeldRef } from "@fleet/kit/git/held-ref";

import { DURABLE, refOf, whereOf } from "./checkout.ts";
import { lockedEnd } from "./look-at-checkout.ts";
import type { Move, MoveEnd, Moving } from "./move.ts";
import { noteLocks } from "./note.ts";

/** Writes its reflog entry, and HEAD's where the branch is checked out. */
export async function moveRef(moving: Moving, move: Move): Promise<MoveEnd> {
  const { from, to, task } = move;
  const wanted = { ref: refOf(move), to, from, message: `fleet: land ${task}` };
  return refEnd(
    await moveHeldRef(DURABLE, whereOf(moving, move), wanted, () => {
      noteLocks(moving, move);
      moving.at?.("held");
    }),
  );
}

/** What the answer of `update-ref` means. Pure. */
export function refEnd(answer: GitAnswer): MoveEnd {
  if (answer.kind === "ok") return { kind: "moved" };
  const why = reasonOf(answer);
  if (answer.kind === "unavailable") return { kind: "unsure", why };
  const lock = /Unable to create '(.+\.lock)': File exists/i.exec(answer.stderr)?.[1];
  if (lock !== undefined) return lockedEnd(lock);
  return /but expected|unable to resolve reference|reference is missing/.test(answer.stderr)
    ? { kind: "again", why }
    : { kind: "wait", why };
}
