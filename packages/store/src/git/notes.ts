/**
 * Notes of writers, under `.git/fleet/writers/`: who is about to move the branch, and to where. A note holds the commit,
 * as the branch's file will, and is linked into the place of git's lock and renamed into that of the branch (swap.ts); a
 * writer that was killed in between leaves the lock behind, and its note tells whose it was.
 *
 * The name says who: `<commit>-<id of the writer>-<count>` (writer-id.ts).
 */
import { closeSync, fsyncSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { discard, ensureDir, removeFile } from "@fleet/kit/files";
import { errno } from "@fleet/kit/errors";
import { decodeId, encodeId, type Fate, fateOf, ownId, type ProcessId } from "@fleet/kit/process/id";

export const notesDir = (gitDir: string): string => join(gitDir, "fleet", "writers");

/** Numbers the notes of this process: two of its writers may make the same commit. */
let count = 0;

/** Notes that this process is to move the branch to `commit`; the note's path. Its content is on the disk for good. */
export function noteWriter(gitDir: string, commit: string): string {
  const note = join(notesDir(gitDir), `${commit}-${encodeId(ownId())}-${count++}`);
  const file = openNew(note);
  try {
    try {
      writeFileSync(file, `${commit}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    discard(note);
    throw error;
  }
  return note;
}

function openNew(note: string): number {
  try {
    return openSync(note, "wx");
  } catch (error) {
    if (errno(error) !== "ENOENT") throw error;
    ensureDir(join(note, ".."));
    return openSync(note, "wx");
  }
}

export interface Note {
  readonly path: string;
  /** The commit to which its writer moves the branch. */
  readonly commit: string;
  readonly writer: ProcessId;
  readonly fate: Fate;
}

const NAME = /^([0-9a-f]{40})-(.+)-\d+$/;

export function readNotes(gitDir: string): Note[] {
  let names: string[];
  try {
    names = readdirSync(notesDir(gitDir));
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
  return names.flatMap((name) => {
    const [, commit = "", id = ""] = NAME.exec(name) ?? [];
    const writer = decodeId(id);
    if (writer === undefined) return [];
    return [{ path: join(notesDir(gitDir), name), commit, writer, fate: fateOf(writer) }];
  });
}

/** Removes the notes of the dead. Only where it is sure that no lock is left of them. */
export function sweepNotes(notes: readonly Note[]): void {
  for (const note of notes) if (note.fate === "dead") removeFile(note.path);
}
