/** Writes down the last commit that one of our writers moved the branch to (last.ts). Loaded only by what writes. */
import { overwrite } from "@fleet/kit/in-place";
import { lastPath } from "./last.ts";

/** The id and a line end. */
const SIZE = 41;

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
