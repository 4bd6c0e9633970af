/** The git commands on a home that errors name, as sh takes them: what is pasted works, also where the path has a space. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { shellWord } from "@fleet/kit/shell";

/** `git --git-dir=…`, to be followed by what it is to do. */
export const gitOn = (gitDir: string): string => `git --git-dir=${shellWord(gitDir)}`;

/**
 * The same, behind what makes the directory a repository to git again where it is none: without `HEAD` or `refs` each
 * command answers "not a git repository". Nothing that is there is touched.
 */
export function gitAgainOn(gitDir: string): string {
  const [refs, head] = [join(gitDir, "refs"), join(gitDir, "HEAD")];
  const first = [
    ...(existsSync(refs) ? [] : [`mkdir -p ${shellWord(refs)} && `]),
    ...(existsSync(head) ? [] : [`echo 'ref: refs/heads/main' > ${shellWord(head)} && `]),
  ];
  return `${first.join("")}${gitOn(gitDir)}`;
}
