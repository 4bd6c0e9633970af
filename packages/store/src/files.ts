/** Small steps on files that Node's own do not take as they are needed here. */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { errno, StoreError } from "./errors.ts";
import { crypto } from "./node.ts";

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
    // The one above is there now; where this is still "no such directory" (/proc), it can't be had.
    try {
      mkdirSync(path, { mode });
    } catch (again) {
      if (errno(again) === "EEXIST") return;
      if (errno(again) !== "ENOENT") throw again;
      throw new StoreError("unwritable", "no directory can be made there", { where: path, cause: again });
    }
  }
}

const isDir = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Leaves a file under run/ as this: what is derived, and may be deleted at any time. Replaced atomically. A disk that
 * refuses costs the next reader some time, and nothing else.
 */
export function leaveDerived(path: string, text: () => string): void {
  const temporary = `${path}.${crypto().randomBytes(6).toString("hex")}`;
  try {
    ensureDir(dirname(path), 0o700);
    writeFileSync(temporary, text(), { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    discard(temporary);
  }
}

/** Removes what may not be there, on a disk that may refuse: for clearing up after an error that is told already. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    return;
  }
}
