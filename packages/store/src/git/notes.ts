/**
 * Notes of writers, under `.git/fleet/writers/`: who is about to move the branch, and to where. A note holds the commit,
 * as the branch's file will, and is linked into the place of git's lock and renamed into that of the branch (swap.ts); a
 * writer that was killed in between leaves the lock behind, and its note tells whose it was.
 *
 * The name says who: `<commit>-<pid>-<start time>-<count>`. The start time is empty where there is no /proc.
 */
import { closeSync, fsyncSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ensureDir } from "../files.ts";
import { errno } from "../errors.ts";
import { startTime, startTimeOf, statLine } from "./process.ts";

export const notesDir = (gitDir: string): string => join(gitDir, "fleet", "writers");

/** The start time of this process, asked once. */
let since: string | undefined;
/** Of the notes of this process: two of its writers may make the same commit. */
let count = 0;

function ownStart(): string {
  since ??= startTimeOf(statLine(process.pid) ?? "") ?? "";
  return since;
}

/** Notes that this process is to move the branch to `commit`; the note's path. Its content is on the disk for good. */
export function noteWriter(gitDir: string, commit: string): string {
  const note = join(notesDir(gitDir), `${commit}-${process.pid}-${ownStart()}-${count++}`);
  const file = openNew(note);
  try {
    writeFileSync(file, `${commit}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
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
  /** What its writer is to move the branch to; no other git in the world writes just that into a lock. */
  readonly commit: string;
  readonly pid: number;
  readonly alive: boolean;
}

const NAME = /^([0-9a-f]{40})-(\d+)-(\d*)-\d+$/;

export function readNotes(gitDir: string): Note[] {
  let names: string[];
  try {
    names = readdirSync(notesDir(gitDir));
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
  return names.flatMap((name) => {
    const [, commit, pid, noted] = NAME.exec(name) ?? [];
    if (commit === undefined) return [];
    const now = startTime(Number(pid));
    const alive = now !== undefined && (noted === "" || noted === now);
    return [{ path: join(notesDir(gitDir), name), commit, pid: Number(pid), alive }];
  });
}

/** Removes the notes of the dead. Only where it is sure that no lock is left of them. */
export function sweepNotes(notes: readonly Note[]): void {
  for (const note of notes) if (!note.alive) rmSync(note.path, { force: true });
}
