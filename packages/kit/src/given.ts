/** Files that a person named on a command line: theirs to choose, so none is refused for what it is. Node's own errors. */
import { chmodSync, mkdtempSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beside, discard } from "./files.ts";
import { os } from "./node.ts";

/**
 * What a person named on a command line: a pipe (`<(…)`, /dev/stdin) is waited for, links are followed, and the size is
 * theirs. Node's own errors.
 */
export const readGiven = (path: string): string => readFileSync(path, "utf8");

/** The same, in bytes. */
export const readGivenBytes = (path: string): Buffer => readFileSync(path);

/**
 * Writes what a person named on a command line: a file is replaced as a whole and keeps its mode, a pipe or device is
 * written into. Node's own errors.
 */
export function writeGiven(path: string, content: string | Uint8Array): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    writeFileSync(path, content);
    return;
  }
  const real = there === undefined ? path : realpathSync(path);
  const temporary = beside(real);
  try {
    writeFileSync(temporary, content, { flag: "wx" });
    if (there !== undefined) chmodSync(temporary, there.mode & 0o7777);
    renameSync(temporary, real);
  } finally {
    discard(temporary);
  }
}

/** A new file that a person named; one that is there is somebody's (EEXIST). Node's own errors. */
export function createGiven(path: string, content: string, mode = 0o666): void {
  writeFileSync(path, content, { flag: "wx", mode });
  // Others have to run it too, whatever the umask.
  if ((mode & 0o111) !== 0) chmodSync(path, mode);
}

/** A directory of its own for something that is over soon; the caller removes it. */
export const temporaryDir = (prefix: string): string => mkdtempSync(join(os().tmpdir(), prefix));
