/**
 * Symbolic links, replaced so that there always is one, and directories of them. Errors of the disk are typed
 * (`DiskError`).
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { diskTrouble } from "./errors.ts";
import { beside, discard } from "./files.ts";

/** A link at `path` that leads to `target` from there, replacing the one that was there. */
export const linkTo = (target: string, path: string): void => replaceLink(relative(dirname(path), target), path);

/** The same with exactly this text. */
export function replaceLink(text: string, path: string): void {
  const temporary = beside(path);
  try {
    symlinkSync(text, temporary);
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw diskTrouble(error, path);
  }
}

/**
 * A directory at `to` with a link to each entry of the one at `from`, which is not changed by what becomes of the links. A link there
 * is one with the same text here. `into`: of these directories the entries are linked; `leave`: these are left out. False where
 * there is no place for it, or something stands there.
 */
export function linkEntries(
  from: string,
  to: string,
  {
    into = isNone,
    leave = isNone,
  }: { readonly into?: (name: string) => boolean; readonly leave?: (name: string) => boolean } = {},
): boolean {
  try {
    if (!existsSync(dirname(to)) || lstatSync(to, { throwIfNoEntry: false }) !== undefined) return false;
    mkdirSync(to);
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [there, here] = [join(from, entry.name), join(to, entry.name)];
      if (leave(entry.name)) continue;
      if (entry.isSymbolicLink()) symlinkSync(readlinkSync(there), here);
      else if (entry.isDirectory() && into(entry.name)) linkEntries(there, here);
      else symlinkSync(there, here);
    }
    return true;
  } catch (error) {
    throw diskTrouble(error, to);
  }
}

const isNone = (): boolean => false;
