/**
 * Notes of writers, under `.git/fleet/writers/`: which git is about to move the branch. A git that was killed leaves
 * refs/heads/main.lock behind, and only a note tells whether that lock is a dead writer's or somebody's who lives.
 *
 * The note is made by the shell that then becomes git (`exec` keeps the pid), so no git runs without one.
 */
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { ensureDir } from "../files.ts";
import { errno } from "../errors.ts";
import { startTime, startTimeOf } from "./process.ts";

export const notesDir = (gitDir: string): string => join(gitDir, "fleet", "writers");

/** The path of a note for a git that is to move the branch to `commit`; the name says which commit that is. */
export function newNote(gitDir: string, commit: string): string {
  ensureDir(notesDir(gitDir));
  return join(notesDir(gitDir), `${commit}-${randomBytes(8).toString("hex")}`);
}

/** A note is empty between its making and the shell's first write; that long it is not swept, in milliseconds. */
const STARTING = 10_000;

/** `sh -c NOTE_THEN_EXEC note command…`: writes the shell's own /proc stat line (its pid elsewhere), then becomes the command. */
export const NOTE_THEN_EXEC =
  'if [ -r "/proc/$$/stat" ]; then read -r s <"/proc/$$/stat"; else s=$$; fi; printf "%s\\n" "$s" >"$0" && exec "$@"';

export interface Note {
  readonly path: string;
  /** What its git is to write into the lock; no other git in the world writes just that. */
  readonly commit: string;
  readonly pid: number;
  /** False while the shell has not written it yet: its git has not begun, so it holds nothing. */
  readonly begun: boolean;
  readonly alive: boolean;
  /** Milliseconds since 1970: when the note was written, just before its git started. */
  readonly at: number;
}

export function readNotes(gitDir: string, clock: number): Note[] {
  let names: string[];
  try {
    names = readdirSync(notesDir(gitDir));
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
  return names.flatMap((name) => {
    const path = join(notesDir(gitDir), name);
    try {
      const text = readFileSync(path, "utf8").trim();
      const pid = Number.parseInt(text, 10);
      const noted = text.includes(")") ? startTimeOf(text) : undefined;
      const now = Number.isNaN(pid) ? undefined : startTime(pid);
      const at = statSync(path).mtimeMs;
      const alive = text === "" ? clock - at < STARTING : now !== undefined && (noted === undefined || noted === now);
      return [{ path, commit: name.slice(0, 40), pid, begun: text !== "", alive, at }];
    } catch (error) {
      if (errno(error) === "ENOENT") return [];
      throw error;
    }
  });
}

/** Removes the notes of the dead that nobody needs any more: older than this, in milliseconds since 1970. */
export function sweepNotes(notes: readonly Note[], before: number): void {
  for (const note of notes) if (!note.alive && note.at < before) rmSync(note.path, { force: true });
}
