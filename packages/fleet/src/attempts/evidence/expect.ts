/** What was expected of the work and is not there, in words. Pure. */
import { someOf } from "@fleet/kit/text";

import { answerIn, type Delivered } from "./deliverable.ts";
import { untoldIn } from "./passed-over.ts";
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
  /** Where git ignores something that was looked for, and not everything could be looked at. */
  readonly partly?: readonly string[];
  /** The disk holds names that differ by the case of their letters for one. */
  readonly ignoresCase?: boolean;
  /** What an answer is expected to be, where one is. */
  readonly deliverable: Delivered | undefined;
}

/** missing: it is not there · unseen: whether it is could not be told, so that a person is to say. */
export interface Lack {
  readonly kind: "missing" | "unseen";
  readonly line: string;
  /** What was expected, where somebody else may have done it. */
  readonly what?: string;
}

const missing = (line: string, what?: string): Lack => ({
  kind: "missing",
  line,
  ...(what === undefined ? {} : { what }),
});
const unseen = (what: string, why: string): Lack => ({
  kind: "unseen",
  line: `${what} was expected; could not look: ${why}`,
});

const NAMED = 5;
const UNREAD = "git reads it through a filter, which fleet does not run";
const PARTLY = "git ignores it, and there is too much to be looked at";

export function unmetBy(expect: readonly string[], work: Work): Lack[] {
  return expect.flatMap((one) => {
    if (one.startsWith("path:")) return unmetPath(one.slice("path:".length), work);
    if (answerIn([one]) !== undefined) return unmetAnswer(work);
    if (one !== "commit")
      return [
        missing(`what is expected by ${JSON.stringify(one)} is not known (commit, path:GLOB, answer, answer:FILE)`),
      ];
    return unmetCommit(work);
  });
}

function unmetPath(pattern: string, { changed, unread, partly = [], why, ignoresCase }: Work): Lack[] {
  const isThere = (path: string): boolean => isIn(path, [pattern], ignoresCase);
  if (changed.some(isThere)) return [];
  const isPartly = untoldIn(partly, [pattern], ignoresCase).length > 0;
  const untold = why ?? (unread.some(isThere) ? UNREAD : isPartly ? PARTLY : undefined);
  return [
    untold === undefined
      ? missing(`nothing changed in ${pattern}, which was expected`, `a change in ${pattern}`)
      : unseen(`a change in ${pattern}`, untold),
  ];
}

const unmetAnswer = ({ deliverable }: Work): Lack[] =>
  deliverable?.kind === "missing" ? [missing(`an answer was expected, and ${deliverable.why}`)] : [];

function unmetCommit({ inGit, commits, dirty, why }: Work): Lack[] {
  // What could not be told is neither there nor missing.
  if (commits === undefined) return [unseen("a commit", why ?? "git could not tell")];
  if (!inGit) return [missing("a commit was expected, and the directory is in no git repository")];
  return [
    ...(commits === 0 ? [missing("a commit was expected, and there is no new one", "a commit")] : []),
    ...(dirty.length > 0 ? [missing(`a commit was expected, and this is not committed: ${someOf(dirty, NAMED)}`)] : []),
  ];
}
