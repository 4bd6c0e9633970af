/** Whether somebody took the branch back behind commits that were acknowledged: to be said, with the mending command. */
import { descends } from "./git/ancestry.ts";
import { gitOn } from "./git/hint.ts";
import { readTip } from "./git/tip.ts";
import { gitDirOf } from "./home.ts";
import { lastWritten } from "./last.ts";
import { rememberLast } from "./remember-last.ts";

/** The branch was moved to where the last commit of our writers is no part of it: what came after is lost to readers. */
interface MovedBack {
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
