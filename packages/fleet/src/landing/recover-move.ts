/**
 * Repairs what a killed move left: waits for its git processes, finishes files and index if the branch has the candidate and reverts
 * them if not, and removes its locks. A lock counts as ours only by its text, or by the note that names that very file.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { monotonic, sleep } from "@fleet/kit/clock";
import { removeFile } from "@fleet/kit/files";
import { processTable } from "@fleet/kit/process/table";
import { readBounded } from "@fleet/kit/read";
import { shellWord } from "@fleet/kit/shell";

import { type Checkout, checkoutOf, holdsLock, MOVE_MARK, ownIndex, release, sweepOwn, tagOf } from "./checkout.ts";
import { workingTrees } from "./holders.ts";
import type { Move, Moving } from "./move.ts";
import { MoveError } from "./move-trouble.ts";
import { instanceOf, locksOf, readNote } from "./note.ts";
import { restore } from "./restore.ts";
import { leftText, settle } from "./settle.ts";
import { wayOf } from "./where-it-is.ts";

/** Milliseconds: git processes end on their own, even after a large checkout on a slow disk. */
const PATIENCE = 30_000;
const PAUSE = 20;

export async function recoverMove(moving: Moving, move: Move): Promise<string[]> {
  await untilOver(moving, move);
  const trees = await workingTrees(moving, move.source);
  const told = await removeOwnLocks(moving, move);
  for (const tree of trees) {
    const checkout = checkoutOf(moving, move, tree);
    if (holdsLock(checkout)) told.push(...(await putRight(checkout)).map((path) => leftText(checkout, path)));
    release(checkout);
  }
  told.push(...(await settle(moving, move)));
  sweepOwn(move.source.commonDir, moving, move);
  return told;
}

/** Without an index of ours, the files were not touched yet, or are finished. */
async function putRight(checkout: Checkout): Promise<string[]> {
  if (!existsSync(ownIndex(checkout)) || !existsSync(checkout.dir)) return [];
  return await restore(checkout, await wayOf(checkout));
}

/** git processes outlive the process that started them, and keep writing. */
export async function untilOver(moving: Moving, move: Move): Promise<void> {
  const tag = tagOf(moving, move);
  const until = monotonic() + PATIENCE;
  while (processTable([MOVE_MARK])?.some(({ variables }) => variables[MOVE_MARK] === tag) === true) {
    if (monotonic() > until)
      throw new MoveError("held", `git of a move that was ended is still at work on ${move.target}`, {
        where: move.source.top,
      });
    await sleep(PAUSE);
  }
}

/** git holds a ref lock for milliseconds; one that stays this long belongs to a dead process. */
const DEAD = 2_000;

/**
 * For a move that had reached the branch. Its locks are recognised by the note, or by their text; the owner of any other lock is
 * unknown, so it is reported instead of removed.
 */
async function removeOwnLocks(moving: Moving, move: Move): Promise<string[]> {
  const note = readNote(moving, move);
  if (note === undefined) return [];
  const told: string[] = [];
  for (const name of locksOf(move)) {
    const path = join(move.source.commonDir, name);
    const until = monotonic() + DEAD;
    for (let text = textOf(path); text !== undefined; text = textOf(path)) {
      if (note.locks[name] === instanceOf(path) || text === move.to) removeFile(path);
      else if (text !== "") break;
      else if (monotonic() > until) {
        told.push(strangeText(path, move));
        break;
      } else await sleep(PAUSE);
    }
  }
  return told;
}

const strangeText = (path: string, { task, target }: Move): string =>
  `${path} was there when the landing of ${task} on ${target} was put right, and nothing tells whose it is: where no git is at work, rm ${shellWord(path)}`;

/** Undefined where no such file is there. */
function textOf(path: string): string | undefined {
  const read = readBounded(path);
  return read.kind === "text" ? read.text.trim() : undefined;
}
