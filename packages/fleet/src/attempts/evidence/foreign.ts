/**
 * Commits that somebody else made in the directory of an attempt while it ran, a person above all: git tells what the attempt ran,
 * and the reflog what came to be. They are neither its work nor held against it. Pure.
 */
import { join } from "node:path";

import type { ToolSpan } from "../protect/spans.ts";
import { commitsOf, isMaking, mayChange } from "../ran/commits-of.ts";
import type { Move } from "../ran/moves.ts";
import type { GitRan } from "../ran/trace.ts";
import { unheardBy } from "../ran/unheard.ts";
import type { Changes } from "./changes.ts";
import { fromDirectory } from "./scope.ts";

const SECOND = 1_000;

interface Told {
  readonly cwd: string;
  readonly top: string;
  /** Moves of HEAD, if there is a reflog; paths are from `top`. */
  readonly moves: readonly Move[] | undefined;
  /** Undefined where it is not known what its git ran. */
  readonly ran: GitRan | undefined;
  /** When its tools ran; undefined where that is not known. */
  readonly spans: () => readonly ToolSpan[] | undefined;
  /** Paths that its tools say they wrote. */
  readonly written: readonly string[];
  /** All that they can have written; undefined where that is not known. */
  readonly told: readonly string[] | undefined;
  /** When the attempt was there, in milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

/** `foreign`: what they changed, and nothing else. */
export function withoutForeign(
  changes: Changes,
  told: Told,
): { readonly changes: Changes; readonly foreign: string[] } {
  const { cwd, top, moves = [], written } = told;
  const named = namedIn(changes, told);
  if (named !== undefined) return onlyNamed(changes, named);
  const theirs = new Set(foreignIn(told));
  if (theirs.size === 0) return { changes, foreign: [] };
  const hashes = new Set([...theirs].map(({ hash }) => hash));
  const pathsOf = (some: readonly Move[]): string[] =>
    some.flatMap(({ paths = [] }) => paths.map((path) => fromDirectory(cwd, join(top, path))));
  const own = new Set([
    ...pathsOf(moves.filter((move) => !theirs.has(move))),
    ...written.map((path) => fromDirectory(cwd, path)),
    ...changes.dirty,
  ]);
  const foreign = new Set(pathsOf([...theirs]).filter((path) => !own.has(path)));
  const commits = changes.commits.filter(({ hash }) => !hashes.has(hash));
  return {
    changes: {
      ...changes,
      paths: changes.paths.filter((path) => !foreign.has(path)),
      commits,
      recorded: changes.recorded && commits.length > 0,
    },
    foreign: changes.paths.filter((path) => foreign.has(path)),
  };
}

/** Where names begin with a dot may be what other programs go by: settings, hooks. */
const isSettings = (path: string): boolean => /(?:^|\/)\.[^./]/.test(path);

/**
 * What each of its tools names, where none can have changed anything else and nor can its git. A name that stands for nothing which
 * differs may be that of something that does, by a link.
 */
function namedIn(changes: Changes, { cwd, told, ran }: Told): ReadonlySet<string> | undefined {
  if (told === undefined || ran === undefined || ran.cut || ran.commands.some(mayChange)) return undefined;
  const named = told.map((path) => fromDirectory(cwd, path));
  const differs = new Set([...changes.paths, ...changes.ignored, ...changes.nested, ...changes.unread]);
  return named.every((path) => differs.has(path) && !isSettings(path)) ? new Set(named) : undefined;
}

/** Somebody else changed all else, a person above all. */
function onlyNamed(changes: Changes, named: ReadonlySet<string>): ReturnType<typeof withoutForeign> {
  const isOwn = (path: string): boolean => named.has(path);
  return {
    changes: {
      ...changes,
      paths: changes.paths.filter(isOwn),
      dirty: changes.dirty.filter(isOwn),
      ignored: changes.ignored.filter(isOwn),
      nested: changes.nested.filter(isOwn),
      unread: changes.unread.filter(isOwn),
      commits: [],
      recorded: false,
    },
    foreign: changes.paths.filter((path) => !isOwn(path)),
  };
}

function foreignIn({ top, moves = [], ran, spans, since, until }: Told): readonly Move[] {
  if (ran === undefined || (ran.cut && ran.whole !== true)) return [];
  const { mine, unsure } = commitsOf(top, moves, { own: ran, others: [], until });
  const known = new Set([...mine, ...unsure]);
  // A date that was set by hand does not say when the commit was made.
  const isThen = ({ at }: Move): boolean => Math.floor(since / SECOND) <= at && at <= Math.floor(until / SECOND);
  const left = moves.filter((move) => isMaking(move) && isThen(move) && !known.has(move));
  if (left.length === 0) return [];
  const all = spans();
  const isUnheard = unheardBy(ran, all);
  return left.filter((move) => !isUnheard(move));
}
