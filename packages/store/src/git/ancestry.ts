/** Which commit is part of which history. */
import { StoreError } from "../errors.ts";
import { gitAgainOn, gitOn } from "./hint.ts";
import { type GitResult, gitSync } from "./run.ts";

/** A git that answers nothing is asked this often: it was killed, and the question has no side effect. */
const ASK = 5;

/** Whether `ancestor` is in the history of `tip`. Throws where git can't tell: a wrong "no" would do a write twice. */
export function descends(gitDir: string, ancestor: string, tip: string): boolean {
  let last: GitResult | undefined;
  for (let asked = 0; asked < ASK; asked++) {
    last = gitSync(gitDir, ["merge-base", "--is-ancestor", ancestor, tip]);
    if (last.code === 0) return true;
    if (last.code === 1) return false;
    if (last.code !== null) break;
  }
  throw new StoreError(
    "unreadable",
    `git can't tell whether ${ancestor.slice(0, 10)} is part of the branch: ${last?.stderr.trim() ?? ""}`,
    { where: gitDir, mend: `${gitAgainOn(gitDir)} log -1 ${ancestor}; ${gitOn(gitDir)} fsck` },
  );
}
