/** Symbolic links, replaced so that there always is one. Errors of the disk are typed (`DiskError`). */
import { renameSync, symlinkSync } from "node:fs";
import { dirname, relative } from "node:path";

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
