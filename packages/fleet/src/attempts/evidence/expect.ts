/** What was expected of the work and is not there, in words. Pure. */
import { someOf } from "@fleet/kit/text";

import { answerIn, type Delivered } from "./deliverable.ts";
import { isIn } from "./scope.ts";

export interface Work {
  readonly inGit: boolean;
  readonly changed: readonly string[];
  /** Undefined: there may be some, and git could not tell. */
  readonly commits: number | undefined;
  readonly dirty: readonly string[];
  /** Why not everything that changed could be told; completes "could not look: …". */
  readonly why: string | undefined;
  /** Changed or not: what they hold could not be read as git would. */
  readonly unread: readonly string[];
  /** The disk holds names that differ by the case of their letters for one. */
  readonly ignoresCase?: boolean;
  /** What an answer is expected to be, where one is. */
  readonly deliverable: Delivered | undefined;
}

const NAMED = 5;
const UNREAD = "git reads it through a filter, which fleet does not run";

export function unmetBy(expect: readonly string[], work: Work): string[] {
  return expect.flatMap((one) => {
    if (one.startsWith("path:")) return unmetPath(one.slice("path:".length), work);
    if (answerIn([one]) !== undefined) return unmetAnswer(work);
    if (one !== "commit")
      return [`what is expected by ${JSON.stringify(one)} is not known (commit, path:GLOB, answer, answer:FILE)`];
    return unmetCommit(work);
  });
}

function unmetPath(pattern: string, { changed, unread, why, ignoresCase }: Work): string[] {
  const isThere = (path: string): boolean => isIn(path, [pattern], ignoresCase);
  if (changed.some(isThere)) return [];
  const untold = why ?? (unread.some(isThere) ? UNREAD : undefined);
  return untold === undefined
    ? [`nothing changed in ${pattern}, which was expected`]
    : [`a change in ${pattern} was expected; could not look: ${untold}`];
}

const unmetAnswer = ({ deliverable }: Work): string[] =>
  deliverable?.kind === "missing" ? [`an answer was expected, and ${deliverable.why}`] : [];

function unmetCommit({ inGit, commits, dirty, why }: Work): string[] {
  // What could not be told is neither there nor missing.
  if (commits === undefined) return [`a commit was expected; could not look: ${why ?? "git could not tell"}`];
  if (!inGit) return ["a commit was expected, and the directory is in no git repository"];
  return [
    ...(commits === 0 ? ["a commit was expected, and there is no new one"] : []),
    ...(dirty.length > 0 ? [`a commit was expected, and this is not committed: ${someOf(dirty, NAMED)}`] : []),
  ];
}
