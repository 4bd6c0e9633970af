/**
 * How a repository looks from outside: by its files that change when a person does what a landing may wait for (checks out, commits,
 * ends a rebase, puts a changed file back). Without git, so that it can be asked often; what it does not show is tried again seldom.
 */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Place {
  readonly commonDir: string;
  readonly target: string;
  /** The task's own, where a person may have gone on. */
  readonly branch: string;
}

const IN_EACH = [
  "HEAD",
  "index",
  "index.lock",
  "MERGE_HEAD",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "BISECT_START",
  "rebase-merge",
  "rebase-apply",
  "sequencer",
];

/** Of a push that a server declined no change of files here tells anything, but for where it goes. */
export const addressMark = ({ commonDir }: Pick<Place, "commonDir">): string => statOf(join(commonDir, "config"));

export function markOf({ commonDir, target, branch }: Place): string {
  const refs = [target, branch].flatMap((name) => [`refs/heads/${name}`, `refs/heads/${name}.lock`]);
  const shared = ["config", "packed-refs", ...refs, ...IN_EACH].map((name) => join(commonDir, name));
  const below = join(commonDir, "worktrees");
  const linked = namesIn(below).flatMap((tree) => IN_EACH.map((name) => join(below, tree, name)));
  return [...shared, ...linked].map(statOf).join(" ");
}

function statOf(path: string): string {
  const seen = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return seen === undefined ? "" : `${seen.ino}-${seen.mtimeNs}-${seen.size}`;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
