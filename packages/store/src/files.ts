/** Small steps on files that Node's own do not take as they are needed here. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { errno } from "./errors.ts";

/**
 * The directory, with those above it, where it is not there. Not mkdir's `recursive`: on a read-only disk that says
 * ENOENT (Node 20.20) where the reason is EROFS.
 */
export function ensureDir(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errno(error) === "EEXIST" || (errno(error) === "EROFS" && isDir(path))) return;
    if (errno(error) !== "ENOENT" || dirname(path) === path) throw error;
    ensureDir(dirname(path), mode);
    ensureDir(path, mode);
  }
}

const isDir = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Removes what may not be there, on a disk that may refuse: for clearing up after an error that is told already. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    return;
  }
}
