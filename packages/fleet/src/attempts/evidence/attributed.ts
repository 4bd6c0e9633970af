/**
 * What changed in a directory where several attempts were at work, taken apart: what is surely this one's, what is another's, and
 * what may be either's. That is neither believed nor held against anybody: a person is asked, with the names of both. Pure.
 */
import { join } from "node:path";

import { commitsOf } from "../ran/commits-of.ts";
import type { Move } from "../ran/moves.ts";
import type { GitRan } from "../ran/trace.ts";
import type { Changes } from "./changes.ts";
import type { Commit } from "./listing.ts";
import { fromDirectory } from "./scope.ts";

/** Another attempt that was at work there; its paths are absolute. */
export interface OverlapSeen {
  readonly task: string;
  readonly n: number;
  readonly written: readonly string[];
  readonly ran: GitRan;
}

export interface Attribution {
  /** Named by its tools or its commits: relative to its directory, also what differs no more. */
  readonly named: readonly string[];
  /** Differs, and nobody's tools or commits name it. */
  readonly unclear: readonly string[];
  readonly commits: readonly Commit[];
  /** May be its own, or another's. */
  readonly unclearCommits: readonly Commit[];
}

interface Told {
  readonly cwd: string;
  readonly changes: Changes | undefined;
  /** Of HEAD, where there is a reflog; paths are from `top`. */
  readonly moves: readonly Move[] | undefined;
  readonly top: string;
  readonly written: readonly string[];
  /** Undefined where it is not known what its git ran. */
  readonly ran: GitRan | undefined;
  readonly others: readonly OverlapSeen[];
  readonly until: number;
}

export function attributed({ cwd, changes, moves, top, written, ran, others, until }: Told): Attribution {
  const shared = { moves: moves ?? [], top, until };
  const own =
    ran === undefined || ran.cut
      ? undefined
      : whose(
          shared,
          ran,
          others.map((other) => other.ran),
        );
  const theirs = others.flatMap((other) => {
    const rest = others.filter((one) => one !== other).map((one) => one.ran);
    return whose(shared, other.ran, [...(ran === undefined ? [] : [ran]), ...rest]).mine;
  });
  const [mine, theirHashes] = [hashesOf(own?.mine), hashesOf(theirs)];
  const all = changes?.commits ?? [];
  const inDirectory = (found: readonly Move[]): string[] =>
    found.flatMap(({ paths = [] }) => paths.map((path) => fromDirectory(cwd, join(top, path))));
  const named = [...written.map((path) => fromDirectory(cwd, path)), ...inDirectory(own?.mine ?? [])];
  const known = new Set([
    ...named,
    ...others.flatMap((other) => other.written.map((path) => fromDirectory(cwd, path))),
    ...inDirectory(theirs),
  ]);
  // Without a reflog, or its trace, every commit that nobody is known to have made may be its own.
  const [isTold, isUnsure] = [own !== undefined && moves !== undefined, hashesOf(own?.unsure)];
  return {
    named: [...new Set(named)],
    unclear: (changes?.paths ?? []).filter((path) => !known.has(path)),
    commits: all.filter(({ hash }) => mine.has(hash)),
    unclearCommits: all.filter(
      ({ hash }) => !mine.has(hash) && !theirHashes.has(hash) && (isUnsure.has(hash) || !isTold),
    ),
  };
}

const whose = (
  { top, moves, until }: { readonly top: string; readonly moves: readonly Move[]; readonly until: number },
  own: GitRan,
  others: readonly GitRan[],
) => commitsOf(top, moves, { own, others, until });

const hashesOf = (moves: readonly Move[] = []): ReadonlySet<string> => new Set(moves.map(({ hash }) => hash));

/** `T-1 attempt 2 or T-2 attempt 1`. */
export const namesOf = (attempts: readonly { readonly task: string; readonly n: number }[]): string =>
  attempts.map(({ task, n }) => `${task} attempt ${n}`).join(" or ");
