/**
 * Notes of writers, under `.git/fleet/writers/`: which git is about to move the branch. A git that was killed leaves
 * refs/heads/main.lock behind, and only a note tells whether that lock is a dead writer's or somebody's who lives.
 *
 * A git is noted before it is told what to do, and takes no lock before: so none takes one without a note.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ensureDir } from "../files.ts";
import { errno } from "../errors.ts";
import { crypto } from "../node.ts";
import { startTime, startTimeOf, statLine } from "./process.ts";

export const notesDir = (gitDir: string): string => join(gitDir, "fleet", "writers");

/** The path of a note for a git that is to move the branch to `commit`; the name says which commit that is. */
export function newNote(gitDir: string, commit: string): string {
  ensureDir(notesDir(gitDir));
  return join(notesDir(gitDir), `${commit}-${crypto().randomBytes(8).toString("hex")}`);
}

/** A note is empty between its making and its writing; that long it is not swept, in milliseconds. */
const STARTING = 10_000;

/**
 * Notes that this process, a git, is to move the branch to `commit`: its line of /proc/PID/stat (its pid where there is no
 * /proc). The note's path; undefined when it has ended, which then needs no note.
 */
export function noteWriter(gitDir: string, commit: string, pid: number): string | undefined {
  const line = statLine(pid);
  if (line !== undefined && startTimeOf(line) === undefined) return undefined;
  if (line === undefined && process.platform === "linux") return undefined;
  const note = newNote(gitDir, commit);
  writeFileSync(note, line ?? `${pid}\n`);
  return note;
}

export interface Note {
  readonly path: string;
  /** What its git is to write into the lock; no other git in the world writes just that. */
  readonly commit: string;
  readonly pid: number;
  /** False while it has not been written yet: its git has not begun, so it holds nothing. */
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
