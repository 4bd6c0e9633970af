/**
 * Short paths that say nothing: links in a directory of this user's own. What stands in the arguments of a process is hit by
 * `pkill -f WORD`, so a long path there makes everything that shares a word with it (a prefix, a project) one target.
 *
 * /tmp before TMPDIR: whoever was started inside of an attempt has that attempt's. Cleaners may empty it at any time, so
 * `aliasOf` is asked again while the path is in use, and makes what is missing.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";

import { errno } from "../errors.ts";
import { replaceLink } from "../links.ts";
import { os } from "../node.ts";

/** Others may have taken the first name, by chance or to be in the way. */
const NAMES = 4;

const STICKY = 0o1000;

/** Only we and root can rename our files in there. */
function isSafe(base: string): boolean {
  const there = statSync(base, { throwIfNoEntry: false });
  if (there === undefined || !there.isDirectory()) return false;
  const isTheirs = there.uid !== 0 && there.uid !== process.getuid?.();
  return !isTheirs && ((there.mode & 0o022) === 0 || (there.mode & STICKY) !== 0);
}

const namesIn = (base: string, uid: number): string[] =>
  Array.from({ length: NAMES }, (_, n) => join(base, n === 0 ? `at-${uid}` : `at-${uid}-${n}`));

/** Where the directory may be, best first. */
function candidates(bases: readonly string[]): string[] {
  const uid = process.getuid?.();
  return uid === undefined ? [] : bases.filter(isSafe).flatMap((base) => namesIn(base, uid));
}

const usualBases = (): readonly string[] => [...new Set(["/tmp", os().tmpdir()])];

/** A directory (no link) of ours that nobody else can enter. */
function isOurs(dir: string): boolean {
  const there = lstatSync(dir, { throwIfNoEntry: false });
  if (there === undefined || !there.isDirectory() || there.uid !== process.getuid?.()) return false;
  if ((there.mode & 0o077) !== 0) chmodSync(dir, 0o700);
  return true;
}

/**
 * The directory, made where it is not there; false where it is somebody else's or can't be had. Looked at first: of a hundred
 * paths that are kept nearly all find it, and an EEXIST of mkdir costs as much as all else of a path.
 */
function take(dir: string): boolean {
  if (isOurs(dir)) return true;
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (errno(error) !== "EEXIST") return false;
  }
  return isOurs(dir);
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** True when `path` leads to `target`. */
function link(target: string, path: string): boolean {
  try {
    if (targetOf(path) !== target) replaceLink(target, path);
    return true;
  } catch {
    // Somebody removed the directory because it was empty, or the disk is full.
    return false;
  }
}

/** The short path that leads to the directory `target`; `target` itself where none can be made. */
export function aliasOf(target: string, name: string, bases = usualBases()): string {
  for (const dir of candidates(bases)) {
    const path = join(dir, name);
    // Twice: it may have been removed as empty in between.
    if ((take(dir) && link(target, path)) || (take(dir) && link(target, path))) return path;
  }
  return target;
}

/** `path` is a short path that leads to `target`, and nobody else has put it there. */
export const isAlias = (path: string, target: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.() && targetOf(path) === target;

/** Changes when a short path was made, removed or replaced, and when the directory of one was. */
export function aliasesMark(bases = usualBases()): string {
  const marks = candidates(bases).map((dir) => {
    const there = lstatSync(dir, { throwIfNoEntry: false });
    return there === undefined ? "" : `${there.ino} ${there.mtimeMs} ${there.ctimeMs}`;
  });
  return marks.join("; ");
}

/** Removes the short path. */
export function removeAlias(name: string, bases = usualBases()): void {
  removeWhere((entry) => entry === name, bases);
}

/** Removes those that lead nowhere any more. */
export function tidyAliases(bases = usualBases()): void {
  removeWhere((_name, path) => statSync(path, { throwIfNoEntry: false }) === undefined, bases);
}

function removeWhere(isOver: (name: string, path: string) => boolean, bases: readonly string[]): void {
  for (const dir of candidates(bases)) {
    try {
      if (!isOurs(dir)) continue;
      const names = readdirSync(dir);
      const over = names.filter((name) => targetOf(join(dir, name)) !== undefined && isOver(name, join(dir, name)));
      for (const name of over) unlinkSync(join(dir, name));
      if (over.length === names.length) rmdirSync(dir);
    } catch {
      // It harms nobody: a later attempt's end, or the system's own cleaner, removes it.
    }
  }
}
