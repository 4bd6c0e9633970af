/**
 * Notes in the repository that a move has begun and, once git holds the locks of the branch, which files these locks are. So the
 * recovery can tell a lock left by a killed move from somebody else's: git's lock files themselves are empty.
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
  /** Paths relative to the git directory. */
  locks: z.record(z.string(), z.string()),
});
export type Note = z.infer<typeof schema>;

/** The locks that moving a branch takes: the branch's own, and HEAD's where it is checked out (its reflog is written too). */
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

/** Undefined where the move had not reached the branch. */
export const readNote = (moving: Moving, move: Move): Note | undefined => readJsonAs(noteOf(moving, move), schema);
