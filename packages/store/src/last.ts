/**
 * `.git/fleet/last`: the last commit that one of our writers moved the branch to. Nothing is decided by it; it is what
 * to name when the branch is found gone or moved back.
 */
import { join } from "node:path";

import { replaceInPlace } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";
import { descends } from "./git/ancestry.ts";
import { gitOn } from "./git/hint.ts";
import { readTip } from "./git/tip.ts";
import { gitDirOf } from "./home.ts";

const lastPath = (home: string): string => join(gitDirOf(home), "fleet", "last");

export function lastWritten(home: string): string | undefined {
  const text = readText(lastPath(home))?.trim();
  // A power cut may leave an empty file.
  return text !== undefined && /^[0-9a-f]{40}$/.test(text) ? text : undefined;
}

/** A disk that refuses takes the help away and nothing else: the write itself is acknowledged already. */
export function rememberLast(home: string, commit: string): void {
  try {
    replaceInPlace(lastPath(home), `${commit}\n`);
  } catch {
    return;
  }
}

/** The branch was moved to where the last commit of our writers is no part of it: what came after is lost to readers. */
export interface MovedBack {
  /** The last commit that was written. */
  readonly from: string;
  /** Where the branch is now. */
  readonly to: string;
  /** The command that takes the branch forward again, refused when the branch has moved since. */
  readonly mend: string;
}

/**
 * Read in this order, the commit before the tip, so that a writer in between is no alarm. A tip that came by a push is
 * remembered, so that the history is asked once.
 */
export function movedBack(home: string): MovedBack | undefined {
  const gitDir = gitDirOf(home);
  const from = lastWritten(home);
  const to = readTip(gitDir);
  if (from === undefined || to === undefined || from === to) return undefined;
  if (descends(gitDir, from, to)) {
    rememberLast(home, to);
    return undefined;
  }
  return { from, to, mend: `${gitOn(gitDir)} update-ref refs/heads/main ${from} ${to}` };
}
