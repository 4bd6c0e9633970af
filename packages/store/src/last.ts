/**
 * `.git/fleet/last`: the last commit that one of our writers moved the branch to. Nothing is decided by it; it is what
 * to name when the branch is found gone or moved back.
 */
import { join } from "node:path";

import { overwrite } from "@fleet/kit/in-place";
import { readText } from "@fleet/kit/read";
import { gitDirOf } from "./home.ts";

/** The id and a line end. */
const SIZE = 41;

const lastPath = (home: string): string => join(gitDirOf(home), "fleet", "last");

export function lastWritten(home: string): string | undefined {
  const text = readText(lastPath(home))?.trim();
  // A power cut may leave an empty file.
  return text !== undefined && /^[0-9a-f]{40}$/.test(text) ? text : undefined;
}

/**
 * In place and not synced: all of it is written over, and a reader may find it empty. A disk that refuses takes the help away
 * and nothing else: the write itself is acknowledged already.
 */
export function rememberLast(home: string, commit: string): void {
  try {
    overwrite(lastPath(home), commit, SIZE);
  } catch {
    return;
  }
}
