/** The branch itself moved, from exactly the commit that the candidate was built on. */
import type { GitAnswer } from "@fleet/kit/git/git";
import { reasonOf } from "@fleet/kit/git/git";

import { gitAt, refOf } from "./checkout.ts";
import { lockedEnd } from "./look-at-checkout.ts";
import type { Move, MoveEnd, Moving } from "./move.ts";

/** With an entry in its reflog, and in that of HEAD where it is checked out. */
export async function moveRef(moving: Moving, move: Move): Promise<MoveEnd> {
  const { from, to, task } = move;
  return refEnd(await gitAt(moving, move, ["update-ref", "-m", `fleet: land ${task}`, refOf(move), to, from]));
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
