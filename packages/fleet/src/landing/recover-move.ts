/**
 * What a killed move left, put right: its git processes waited for, its files and index finished where the branch has the candidate,
 * else taken back, its locks removed. A lock is taken for ours only by what it says, or where a note of ours is older than it.
 */
import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";

import { monotonic, sleep } from "@fleet/kit/clock";
import { removeFile } from "@fleet/kit/files";
import { processTable } from "@fleet/kit/process/table";
import { readBounded } from "@fleet/kit/read";

import {
  type Checkout,
  checkoutOf,
  holdsLock,
  MOVE_MARK,
  noteOf,
  ownIndex,
  refOf,
  release,
  sweepOwn,
  tagOf,
} from "./checkout.ts";
import { workingTrees } from "./holders.ts";
import type { Move, Moving } from "./move.ts";
import { MoveError } from "./move-trouble.ts";
import { restore } from "./restore.ts";
import { leftText, settle } from "./settle.ts";
import { wayOf } from "./where-it-is.ts";

/** Milliseconds: git ends by itself, after a large checkout on a slow disk too. */
const PATIENCE = 30_000;
const PAUSE = 20;

export async function recoverMove(moving: Moving, move: Move): Promise<string[]> {
  await untilOver(moving, move);
  const trees = await workingTrees(moving, move.source);
  const note = lstatSync(noteOf(moving, move), { throwIfNoEntry: false })?.mtimeMs;
  for (const gitDir of [move.source.commonDir, ...trees.map((tree) => tree.gitDir)])
    for (const name of [`${refOf(move)}.lock`, "HEAD.lock"]) await removeOwnLock(join(gitDir, name), { move, note });
  const told: string[] = [];
  for (const tree of trees) {
    const checkout = checkoutOf(moving, move, tree);
    if (holdsLock(checkout)) told.push(...(await putRight(checkout)).map((path) => leftText(checkout, path)));
    release(checkout);
  }
  told.push(...(await settle(moving, move)));
  sweepOwn(move.source.commonDir, moving, move);
  return told;
}

/** Without an index of ours, files were not begun with, or are done. */
async function putRight(checkout: Checkout): Promise<string[]> {
  if (!existsSync(ownIndex(checkout)) || !existsSync(checkout.dir)) return [];
  return await restore(checkout, await wayOf(checkout));
}

/** Processes of git outlive the one who started them, and go on writing. */
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

/** Git holds the lock of a ref for milliseconds: one that says nothing for so long is a dead one's. */
const DEAD = 2_000;

/** `note`: when this move wrote down that it would move the branch; undefined where it did not. */
async function removeOwnLock(path: string, { move, note }: Noted): Promise<void> {
  if (note === undefined) return;
  const until = monotonic() + DEAD;
  for (;;) {
    const seen = lockAt(path);
    const isOurs = seen !== undefined && seen.at >= Math.floor(note) && ["", move.to].includes(seen.text);
    if (!isOurs) return;
    // An empty one may be a living git's, about to say what it is for.
    if (seen.text === move.to || monotonic() > until) {
      removeFile(path);
      return;
    }
    await sleep(PAUSE);
  }
}

interface Noted {
  readonly move: Move;
  readonly note: number | undefined;
}

function lockAt(path: string): { readonly text: string; readonly at: number } | undefined {
  const seen = lstatSync(path, { throwIfNoEntry: false });
  const read = readBounded(path);
  return seen === undefined || read.kind !== "text" ? undefined : { text: read.text.trim(), at: seen.mtimeMs };
}
