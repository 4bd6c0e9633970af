/** Whether a directory looks as if it were in a repository of git's, asked of the disk alone. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { errno } from "../errors.ts";
import { refusedByMachine } from "../shortage.ts";

/** The files of a git directory; a directory without any of them is none, and git skips it. */
const PARTS = ["HEAD", "config", "objects", "refs"];

/**
 * The nearest `.git` at or above a directory that may be a repository's; undefined where there is none. Throws where
 * that can't be seen.
 */
export function dotGit(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    const path = join(dir, ".git");
    try {
      if (readdirSync(path).some((name) => PARTS.includes(name))) return path;
    } catch (error) {
      // A file, which points to a git directory.
      if (errno(error) === "ENOTDIR") return path;
      if (errno(error) !== "ENOENT") throw error;
    }
    if (dir === dirname(dir)) return undefined;
  }
}

/** The top of the working tree that a directory is in. Undefined where it can't be looked at, which says nothing. */
export function topOf(dir: string): { readonly top: string | undefined } | undefined {
  try {
    const git = dotGit(dir);
    return { top: git === undefined ? undefined : dirname(git) };
  } catch (error) {
    if (errno(error) === undefined || refusedByMachine(error) !== undefined) throw error;
    return undefined;
  }
}
