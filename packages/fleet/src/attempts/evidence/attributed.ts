/**
 * What changed in a directory where several attempts were at work, taken apart: what is surely this one's, what is another's, and
 * what may be either's. That is neither believed nor held against anybody: a person is asked, with the names of both. Pure.
 */
import { join, posix, resolve } from "node:path";

import type { ToolSpan } from "../protect/spans.ts";
import { type Attributed, commitsOf, treesIn } from "../ran/commits-of.ts";
import { unheardBy } from "../ran/unheard.ts";
import type { Move } from "../ran/moves.ts";
import type { GitRan } from "../ran/trace.ts";
import { isUnder } from "./bounds.ts";
import type { Changes } from "./changes.ts";
import type { Commit } from "./listing.ts";
import { fromDirectory } from "./scope.ts";

/** Another attempt that was at work there; its paths are absolute. */
export interface OverlapSeen {
  readonly task: string;
  readonly n: number;
  readonly written: readonly string[];
  /** By the words of its commands. */
  readonly worded: readonly string[];
  readonly ran: GitRan;
  /** When its tools ran, and what they were called with. */
  readonly spans: readonly ToolSpan[];
}

/** What is no file of the working tree's own: it counts where the task names it, and nowhere else. */
type Aside = Pick<Changes, "ignored" | "nested" | "unread">;

export interface Attribution {
  /** Named by its tools or its commits: relative to its directory, also what differs no more. */
  readonly named: readonly string[];
  /** Of that, what differs. */
  readonly mine: readonly string[];
  /** Differs, and no tool or commit names it. */
  readonly unclear: readonly string[];
  /** The same of what lies aside. */
  readonly aside: { readonly mine: Aside; readonly unclear: Aside };
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
  /** By the words of its commands: less sure, so that words of two name nobody. */
  readonly worded: readonly string[];
  /** When its tools ran; undefined where its coder does not tell. */
  readonly spans: readonly ToolSpan[] | undefined;
  /** Undefined where it is not known what its git ran. */
  readonly ran: GitRan | undefined;
  readonly others: readonly OverlapSeen[];
  readonly until: number;
}

export function attributed(told: Told): Attribution {
  const { cwd, changes, moves, top, written, worded, ran, others, until } = told;
  const shared = { moves: moves ?? [], top, until };
  const traces = others.map((other) => other.ran);
  const isKnown = ran !== undefined && (!ran.cut || ran.whole === true);
  const own = isKnown ? whose(shared, ran, traces) : undefined;
  const theirs = others.map((other) => {
    const rest = others.filter((one) => one !== other).map((one) => one.ran);
    return { other, mine: whose(shared, other.ran, [...(ran === undefined ? [] : [ran]), ...rest]).mine };
  });
  const namedBy = (paths: readonly string[], found: readonly Move[], trace: GitRan | undefined): Set<string> =>
    new Set(
      [
        ...paths,
        ...found.flatMap(({ paths: of = [] }) => of.map((path) => join(top, path))),
        ...(trace === undefined ? [] : treesIn(trace, top)),
      ].flatMap((path) => (isUnder(resolve(cwd, path), top) ? [fromDirectory(cwd, path)] : [])),
    );
  const named = namedBy(written, own?.mine ?? [], ran);
  const byMe = withAbove(named);
  const byThem = withAbove(theirs.flatMap(({ other, mine }) => [...namedBy(other.written, mine, other.ran)]));
  const mineByWords = withAbove(namedBy(worded, [], undefined));
  const theirsByWords = withAbove(others.flatMap((other) => [...namedBy(other.worded, [], undefined)]));
  const isByWords = (path: string): boolean => !byThem.has(path) && mineByWords.has(path) && !theirsByWords.has(path);
  const isMine = (path: string): boolean => byMe.has(path) || isByWords(path);
  const isTheirs = (path: string): boolean => byThem.has(path) || (theirsByWords.has(path) && !mineByWords.has(path));
  const isUnclear = (path: string): boolean => !isMine(path) && !isTheirs(path);
  const asideOf = (is: (path: string) => boolean): Aside => ({
    ignored: (changes?.ignored ?? []).filter(is),
    nested: (changes?.nested ?? []).filter(is),
    unread: (changes?.unread ?? []).filter(is),
  });
  const isTold = changes !== undefined && !changes.blind && !changes.cut;
  return {
    named: [...named],
    mine: isTold ? changes.paths.filter(isMine) : [...named],
    unclear: (changes?.paths ?? []).filter(isUnclear),
    aside: { mine: asideOf(isMine), unclear: asideOf(isUnclear) },
    ...commitsIn(told, own, hashesOf(theirs.flatMap(({ mine }) => mine))),
  };
}

/** Without a reflog, or its trace, every commit that nobody is known to have made may be its own. */
function commitsIn(
  { changes, moves, ran, spans }: Told,
  own: Attributed | undefined,
  theirs: ReadonlySet<string>,
): Pick<Attribution, "commits" | "unclearCommits"> {
  const [mine, unsure] = [hashesOf(own?.mine), hashesOf(own?.unsure)];
  const isTold = own !== undefined && moves !== undefined;
  const unheard = hashesOf(ran === undefined ? [] : (moves ?? []).filter(unheardBy(ran, spans)));
  const all = changes?.commits ?? [];
  const mayBeMine = (hash: string): boolean => unsure.has(hash) || !isTold || unheard.has(hash);
  return {
    commits: all.filter(({ hash }) => mine.has(hash)),
    unclearCommits: all.filter(({ hash }) => !mine.has(hash) && !theirs.has(hash) && mayBeMine(hash)),
  };
}

/** With the directories above each: a repository inside, or a submodule, is named by what is in it. */
function withAbove(paths: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths)
    for (let at = path; at !== "." && at !== "/" && !all.has(at); at = posix.dirname(at)) all.add(at);
  return all;
}

const whose = (
  { top, moves, until }: { readonly top: string; readonly moves: readonly Move[]; readonly until: number },
  own: GitRan,
  others: readonly GitRan[],
) => commitsOf(top, moves, { own, others, until });

const hashesOf = (moves: readonly Move[] = []): ReadonlySet<string> => new Set(moves.map(({ hash }) => hash));

/** `T-1 attempt 2, T-2 attempt 1 or T-3 attempt 1`. */
export function namesOf(attempts: readonly { readonly task: string; readonly n: number }[]): string {
  const names = attempts.map(({ task, n }) => `${task} attempt ${n}`);
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" or ");
}
