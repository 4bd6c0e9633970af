/**
 * Says, in the repository whose branch is about to be moved, that a move has begun, and once git holds the locks of the branch, which
 * files these are. By that a lock that a killed move left is told from one that is somebody else's and says nothing either.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

import { noteOf, refOf } from "./checkout.ts";
import type { Move, Moving } from "./move.ts";

const schema = z.object({
  task: z.string(),
  /** By their paths below the git directory. */
  locks: z.record(z.string(), z.string()),
});
export type Note = z.infer<typeof schema>;

/** The locks that a move of a branch takes: its own, and that of HEAD, whose log has it too where it is checked out. */
export const locksOf = (move: Move): readonly string[] => [`${refOf(move)}.lock`, "HEAD.lock"];

export const beginNote = (moving: Moving, move: Move): void => write(moving, move, {});

/** While git holds them. */
export const noteLocks = (moving: Moving, move: Move): void => write(moving, move, seenOf(move));

function write(moving: Moving, move: Move, locks: Note["locks"]): void {
  const note: Note = { task: move.task, locks };
  replaceFile(noteOf(moving, move), `${JSON.stringify(note)}\n`, { parents: false });
}

const seenOf = (move: Move): Note["locks"] =>
  Object.fromEntries(
    locksOf(move).flatMap((name) => {
      const instance = instanceOf(join(move.source.commonDir, name));
      return instance === undefined ? [] : [[name, instance]];
    }),
  );

/** Which file it is; undefined where none is there. */
export function instanceOf(path: string): string | undefined {
  const seen = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return seen === undefined ? undefined : `${seen.ino}-${seen.mtimeNs}`;
}

/** Undefined where the move had not begun with the branch. */
export const readNote = (moving: Moving, move: Move): Note | undefined => readJsonAs(noteOf(moving, move), schema);
