/** What changed between two listings, as paths from the task's directory. Pure. */
import { join } from "node:path";

import { ignoredBetween, partlyIn } from "./ignored-between.ts";
import { isLeftover } from "./leftovers.ts";
import type { FileLines } from "./lines.ts";
import type { Commit, Listing } from "./listing.ts";
import { isSame, isTrivial, NO_MARKS } from "./marks.ts";
import { mayBeRun } from "./run-by.ts";
import { fromDirectory } from "./scope.ts";

export interface Changes {
  readonly from: "git" | "listing" | "unknown";
  readonly paths: readonly string[];
  readonly commits: readonly Commit[];
  /** There may be other commits: git could not tell. */
  readonly commitsUnknown: boolean;
  /** Not committed, and not so before either: what the attempt leaves behind. Only git tells. */
  readonly dirty: readonly string[];
  readonly unpushed: number | undefined;
  /** The directory holds more than was listed. */
  readonly cut: boolean;
  /** What differs could not be told; `why` completes "could not look: …". */
  readonly blind: boolean;
  readonly why: string | undefined;
  /** Written to, and read by git through a filter that does not run here: changed or not. */
  readonly unread: readonly string[];
  /** Of the paths, those that differ in nothing but their mode or their blank lines, or are new and empty. */
  readonly trivial: readonly string[];
  /** Of the paths, those that are called like what tools leave behind or checks run, and were kept in git; outside of git, were there. */
  readonly kept?: readonly string[];
  /** Something was put aside in a stash, and is there still. */
  readonly stashed?: boolean;
  /** Files in which the markers of a conflict stand that was not open before. */
  readonly unmerged?: readonly string[];
  /** Its commits hold something: not all of them are empty, nor undone by others of them. */
  readonly recorded: boolean;
  /** Branches that are not checked out, and were given commits. */
  readonly elsewhere: readonly string[];
  /** Repositories inside that are no submodules, and in which something changed; they were there before, or are other working trees. */
  readonly nested: readonly string[];
  /** What changed of what git ignores, as far as that was looked at. */
  readonly ignored: readonly string[];
  /** What was not looked at, by name; each completes "not looked at: …". */
  readonly unlooked: readonly string[];
  /** Where git ignores something that was looked for, and not everything could be looked at: directories, ANYWHERE. */
  readonly partly: readonly string[];
  /** How many lines of which files; of those that are not in it that is not known. Absent: of none. */
  readonly lines?: readonly LineCount[];
}

interface LineCount {
  readonly path: string;
  readonly added: number;
  readonly deleted: number;
}

const NOTHING = {
  paths: [],
  commits: [],
  commitsUnknown: false,
  dirty: [],
  unpushed: undefined,
  blind: false,
  why: undefined,
  unread: [],
  trivial: [],
  recorded: false,
  elsewhere: [],
  nested: [],
  ignored: [],
  unlooked: [],
  partly: [],
} as const;

export function changesBetween(cwd: string, before: Listing, after: Listing): Changes {
  const isCaseless = before.kind === "git" && before.ignores_case === true;
  const shown = (paths: Iterable<string>): string[] =>
    [...paths].map((path) => fromDirectory(cwd, join(before.top, path), isCaseless)).sort();
  if (before.kind === "git" && after.kind === "git") {
    const { dirty, now = NO_MARKS, committed = [], commits = [], unpushed, unread = NO_MARKS } = after;
    const inside = changedInside(before, after);
    const touched = (path: string): boolean => {
      // A submodule is what is in it, however its entry looks.
      if (inside.known.has(path)) return inside.changed.includes(path);
      const then = before.dirty[path];
      // What was clean before and is named now has changed; what was dirty already, only when it looks different.
      return then === undefined || !isSame(then, dirty[path] ?? now[path] ?? "");
    };
    const blind = before.blind === true || after.blind === true;
    const why = before.why ?? after.why ?? (blind ? "git could not tell what changed" : undefined);
    const cut = before.cut === true || after.cut === true;
    // Where not all is known of both, that a path is missing from one of them says nothing: it is compared in both.
    const told = (path: string): boolean =>
      !(blind || cut) || (before.dirty[path] !== undefined && (dirty[path] ?? now[path]) !== undefined);
    const listed = [...Object.keys(dirty), ...Object.keys(before.dirty)].filter(told);
    const left = Object.keys(dirty).filter(told).filter(touched);
    const paths = shown([...new Set([...committed, ...listed, ...inside.changed])].filter(touched));
    const named = new Set(paths);
    const linesShown = ([path, added, deleted]: FileLines): LineCount => ({
      path: shown([path])[0] ?? path,
      added,
      deleted,
    });
    const hidden = [...new Set([...Object.keys(unread), ...Object.keys(before.unread ?? {})])].filter((path) => {
      const then = before.unread?.[path] ?? before.dirty[path];
      const is = unread[path] ?? dirty[path] ?? now[path] ?? "";
      return (then === undefined || !isSame(then, is)) && !shown([path]).some((one) => named.has(one));
    });
    const unmerged = (after.unmerged ?? []).filter((path) => before.unmerged?.includes(path) !== true);
    return {
      from: "git",
      paths,
      commits,
      commitsUnknown: after.commits === undefined,
      dirty: shown(left),
      unpushed,
      cut,
      blind,
      why,
      unread: shown(hidden),
      trivial: shown([
        ...(after.trivial ?? []),
        ...Object.keys(before.dirty).filter((path) =>
          isTrivial(before.dirty[path] ?? "", dirty[path] ?? now[path] ?? ""),
        ),
        ...inside.trivial,
      ]),
      ...(after.kept === undefined ? {} : { kept: shown(after.kept) }),
      ...(after.stashed === true ? { stashed: true } : {}),
      ...(unmerged.length === 0 ? {} : { unmerged: shown(unmerged) }),
      recorded: committed.length > 0,
      elsewhere: after.elsewhere ?? [],
      ...(after.lines === undefined ? {} : { lines: after.lines.map(linesShown) }),
      nested: shown(inside.nested),
      ignored: shown(ignoredBetween(cwd, before, after)),
      partly: partlyIn(cwd, before, after),
      unlooked: [...new Set([...(before.unlooked ?? []), ...(after.unlooked ?? [])])],
    };
  }
  if (before.kind === "files" && after.kind === "files") {
    const cut = before.cut || after.cut;
    const paths = new Set([...Object.keys(before.files), ...Object.keys(after.files)]);
    // For a truncated list, compare only entries in both.
    const differing = [...paths].filter((path) => {
      const [then, now] = [before.files[path], after.files[path]];
      if (then === undefined || now === undefined) return !cut;
      return !isSame(then, now);
    });
    const trivial = differing.filter((path) => isTrivial(before.files[path] ?? "", after.files[path] ?? ""));
    const { commits = [], dirty = [] } = after.repository ?? {};
    return {
      ...NOTHING,
      from: after.repository === undefined ? "listing" : "git",
      paths: shown(differing),
      trivial: shown(trivial),
      kept: shown(differing.filter((path) => before.files[path] !== undefined && !isLeftover(path) && mayBeRun(path))),
      commits,
      recorded: commits.length > 0,
      dirty: shown(dirty),
      cut,
      unlooked: [...new Set([...(before.unlooked ?? []), ...(after.unlooked ?? [])])],
    };
  }
  const why = [before, after].flatMap((one) => (one.kind === "blind" ? [one.why] : []))[0];
  return {
    ...NOTHING,
    from: "unknown",
    commitsUnknown: true,
    cut: true,
    blind: true,
    why: why ?? "what was there before is not known",
  };
}

type OfGit = Extract<Listing, { kind: "git" }>;

interface Inside {
  /** Seen as a repository before and after: told by what is in it, and by nothing else. */
  readonly known: ReadonlySet<string>;
  /** Submodules, and repositories that came to be or went. */
  readonly changed: readonly string[];
  /** Of these, those that differ in nothing but modes or blank lines. */
  readonly trivial: readonly string[];
  /**
   * Repositories that are no submodules and were there before, and other working trees of this one: what is in them is no work of
   * this working tree.
   */
  readonly nested: readonly string[];
}

/** Without a look at them before nothing is told of them. */
function changedInside(before: OfGit, after: OfGit): Inside {
  const [was, is] = [before.inner ?? NO_MARKS, after.inner ?? NO_MARKS];
  const isBlind = before.inner === undefined || after.blind === true || before.blind === true;
  const paths = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const known = new Set(paths.filter((path) => was[path] !== undefined && is[path] !== undefined));
  // A submodule that is checked out now, or is no more, is by that no other than it was.
  const counts = (path: string): boolean => known.has(path) || (!isBlind && path.endsWith("/"));
  const differing = paths.filter((path) => counts(path) && !isSame(was[path] ?? "", is[path] ?? ""));
  const linked = new Set(after.linked);
  const isNested = (path: string): boolean => path.endsWith("/") && (known.has(path) || linked.has(path));
  const isSmall = (path: string): boolean => isTrivial(was[path] ?? "", is[path] ?? "");
  return {
    known,
    changed: differing.filter((path) => !isNested(path)),
    trivial: differing.filter(isSmall),
    nested: differing.filter((path) => isNested(path) && !isSmall(path)),
  };
}

/** What differs between two looks after the work, as paths: what its checks changed. Undefined where that is not known. */
export function changedBetween(cwd: string, one: Listing, other: Listing): readonly string[] | undefined {
  const marks = ({ kind, ...seen }: Listing) =>
    kind === "blind" ? undefined : "files" in seen ? seen.files : "dirty" in seen ? seen.dirty : undefined;
  const [was, is] = [marks(one), marks(other)];
  const isCut = [one, other].some((seen) => seen.kind !== "blind" && seen.cut === true);
  if (was === undefined || is === undefined || one.kind !== other.kind || isCut) return undefined;
  const paths = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return paths
    .filter((path) => !isSame(was[path] ?? "", is[path] ?? ""))
    .map((path) => fromDirectory(cwd, join(one.top, path)))
    .sort();
}
