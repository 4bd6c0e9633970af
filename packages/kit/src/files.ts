/** Writing files so that nobody ever reads half of one. Errors of the disk are typed (`DiskError`). */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { diskTrouble, DiskError, errno, refusal } from "./errors.ts";

export interface Writing {
  /** 0o600 unless given; exactly this, whatever the umask. */
  readonly mode?: number;
  /** Synced to the disk before it is put in place; so unless told otherwise. */
  readonly sync?: boolean;
  /** Directories above it are made (0o700) where they are missing; so unless told otherwise. */
  readonly parents?: boolean;
}

const isDir = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * The directory, with those above it, where it is not there. Not mkdir's `recursive`: on a read-only disk that says
 * ENOENT (Node 20.20) where the reason is EROFS.
 */
export function ensureDir(path: string, mode = 0o777): void {
  try {
    makeWithParents(path, mode);
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

function makeWithParents(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errno(error) === "EEXIST" || (errno(error) === "EROFS" && isDir(path))) return;
    if (errno(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeWithParents(dirname(path), mode);
    // The one above is there now; where this is still "no such directory" (/proc), it can't be had.
    try {
      mkdirSync(path, { mode });
    } catch (again) {
      if (errno(again) === "EEXIST") return;
      if (errno(again) !== "ENOENT") throw again;
      throw new DiskError("unwritable", "no directory can be made there", { where: path, cause: again });
    }
  }
}

/** The directory, in one that is there; it may be there already. */
export function makeDir(path: string, mode = 0o700): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errno(error) !== "EEXIST") throw diskTrouble(error, path);
  }
}

/** Exactly these rights, whatever the umask was when it was made. */
export function setMode(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

const sixHex = (): string =>
  Math.floor(Math.random() * 0x100_0000)
    .toString(16)
    .padStart(6, "0");

/**
 * A name that nobody else takes. Nothing hangs on whether it can be guessed: what is put there is made exclusively, and follows no
 * link. Not by node:crypto, which takes 5 ms of CPU to load, a fifth of what `show` takes.
 */
export const unique = (): string => `${sixHex()}${sixHex()}`;

export const beside = (path: string): string => `${path}.${unique()}.tmp`;

/** A file that a killed `replaceFile` left behind; it may be deleted once it is old. */
export const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;

/** A new file beside `path` with this content; none is left where the disk refuses. */
function aside(path: string, content: string | Uint8Array, { mode = 0o600, sync = true }: Writing): string {
  const temporary = beside(path);
  try {
    const file = openSync(temporary, "wx", mode);
    try {
      // Not writeSync: on a disk that is nearly full it may write a part and say so only in its result.
      writeFileSync(file, content);
      if (sync) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if ((mode & 0o077) !== 0) chmodSync(temporary, mode);
    return temporary;
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** Replaces the file as a whole: who reads it sees the old or the new. */
export function replaceFile(path: string, content: string | Uint8Array, writing: Writing = {}): void {
  try {
    if (writing.parents !== false) ensureDir(dirname(path), 0o700);
    const temporary = aside(path, content, writing);
    try {
      renameSync(temporary, path);
    } catch (error) {
      discard(temporary);
      throw error;
    }
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

/** As `replaceFile`, in a directory that is there: one that was deleted is not made again. */
export const replaceInPlace = (path: string, content: string): void => replaceFile(path, content, { parents: false });

/**
 * Puts out of the way what can't be a record of ours: no regular file (a FIFO, a link, a directory), or one of more than
 * `most` bytes. It keeps its content under another name; false where there is nothing of that kind.
 */
export function setAside(path: string, most = Infinity): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined || (there.isFile() && there.size <= most)) return false;
  move(path, `${path}.${unique()}.strange`);
  return true;
}

/** Makes the file with all of its content at once (link(2)), or answers false because a file is there already. */
export function createExclusive(path: string, content: string, writing: Writing = {}): boolean {
  try {
    if (writing.parents !== false) ensureDir(dirname(path), 0o700);
    const temporary = aside(path, content, writing);
    try {
      linkSync(temporary, path);
      return true;
    } catch (error) {
      if (errno(error) !== "EEXIST") throw error;
      return setAside(path) && createExclusive(path, content, writing);
    } finally {
      discard(temporary);
    }
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

/**
 * Leaves a file that is derived and may be deleted at any time (a cache). A disk that refuses costs the next reader some
 * time, and nothing else.
 */
export function writeDerived(path: string, content: () => string | Uint8Array): void {
  try {
    replaceFile(path, content(), { sync: false });
  } catch (error) {
    if (!(error instanceof DiskError) && errno(error) === undefined) throw error;
  }
}

/** Removes a file; one that is not there is fine. */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

/** Removes a directory with all that is in it, also where it may not be written; one that is not there is fine. */
export function removeTree(path: string): void {
  try {
    removeAll(path);
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

const REFUSED = new Set(["EACCES", "EPERM", "ENOTEMPTY"]);

/** Directories that are read-only (caches of Go are) keep their files from being deleted: the first time that is met they are opened. */
function removeAll(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (!REFUSED.has(errno(error) ?? "")) throw error;
    openDirs(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function openDirs(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  makeWritable(path);
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) openDirs(join(path, entry.name));
}

/** A directory of ours that its owner may not change, so that they may; where that is refused, what needs it is refused, too. */
export function makeWritable(dir: string): void {
  try {
    const { mode } = lstatSync(dir);
    if ((mode & 0o700) !== 0o700) chmodSync(dir, (mode & 0o777) | 0o700);
  } catch (error) {
    if (refusal(error) === undefined) throw error;
  }
}

/** Removes directories that are empty, in this order, until one is not. */
export function removeEmptyDirs(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR", "EBUSY"].includes(errno(error) ?? "")) return;
      throw diskTrouble(error, path);
    }
  }
}

/** As `removeTree`, on a disk that may refuse: for clearing up after an error that is told already. */
export function discard(path: string): void {
  try {
    removeAll(path);
  } catch {
    return;
  }
}

/** Renames within a file system. */
export function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw diskTrouble(error, from);
  }
}

/**
 * Gives a file another name unless something bears that already (link(2)): then it keeps its own, and the answer is false.
 * That takes no room on a disk that is full.
 */
export function moveExclusive(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errno(error) === "EEXIST") return false;
    throw diskTrouble(error, to);
  }
  discard(from);
  return true;
}

/** Sets a file's times, in seconds since 1970; false where it is gone. */
export function touch(path: string, seconds: number): boolean {
  try {
    utimesSync(path, seconds, seconds);
    return true;
  } catch (error) {
    if (errno(error) === "ENOENT") return false;
    throw diskTrouble(error, path);
  }
}
