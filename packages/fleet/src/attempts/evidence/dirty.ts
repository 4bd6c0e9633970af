/** The uncommitted state of a git working tree: files, inner repositories, ignored files. Bounded; changes nothing. */
import { join } from "node:path";

import type { Environment } from "@fleet/kit/git/environment";
import { reasonOf } from "@fleet/kit/git/git";
import { type Repository, zeroed } from "@fleet/kit/git/repository";
import { readBounded } from "@fleet/kit/read";

import { beyondLines } from "./beyond.ts";
import { isUnder, MOST_FILES, skippedIn } from "./bounds.ts";
import { lookAtIgnored, type Sought } from "./ignored.ts";
import { lookInside } from "./inner.ts";
import type { Listing } from "./listing.ts";
import { type Marker, marksOf } from "./marks.ts";

export interface Around {
  readonly env: Environment;
  /** The fleet's own home, which may lie inside. */
  readonly skip: string;
  /** Patterns that are looked for although git ignores them. */
  readonly sought?: Sought | undefined;
}

interface Shown extends Listed {
  /** The untracked paths among the dirty ones. */
  readonly fresh: readonly string[];
}

type Listed = Pick<
  Extract<Listing, { kind: "git" }>,
  | "dirty"
  | "unmerged"
  | "unread"
  | "inner"
  | "linked"
  | "ignored"
  | "partly"
  | "sought"
  | "unlooked"
  | "blind"
  | "why"
  | "cut"
>;

/** git-status(1), "Short Format": both sides of a merge, a rebase or a cherry-pick changed it, and nobody said which holds. */
const UNMERGED = /^(?:DD|AU|UD|UA|DU|AA|UU) /;
const STATUS = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignored=matching"];
/** So many that were not looked at are named. */
const MOST_NAMED = 20;

/** The state of the whole working tree. `whys`: reasons why something else is not known. */
export async function dirtyIn(
  repository: Repository,
  marker: Marker,
  { env, skip, sought }: Around,
  whys: readonly (string | undefined)[],
): Promise<Shown> {
  const { top, commonDir } = repository;
  const status = await repository.ask("status", { options: STATUS });
  if (status.kind !== "ok") return { dirty: marksOf([]), fresh: [], blind: true, why: whys[0] ?? reasonOf(status) };
  const skipped = skippedIn(top, skip);
  const entries = zeroed(status.stdout)
    .map((entry) => ({
      isIgnored: entry.startsWith("!!"),
      isNew: entry.startsWith("??"),
      isUnmerged: UNMERGED.test(entry),
      path: entry.slice(3),
    }))
    .filter(({ path }) => !isUnder(`${top}/${path.replace(/\/$/, "")}`, skipped));
  const named = entries.flatMap(({ isIgnored, path }) => (isIgnored || path.endsWith("/") ? [] : [path]));
  const nested = entries.flatMap(({ isIgnored, path }) => (!isIgnored && path.endsWith("/") ? [path] : []));
  const inside = await lookInside(top, nested, { env, marker, commonDir });
  const known = new Set(inside.marks.map(([path]) => path));
  // A directory that only looks like a repository is a plain entry.
  const all = [...new Set([...named, ...nested.filter((path) => !known.has(path)), ...inside.changed])];
  const listed = all.slice(0, MOST_FILES);
  const unread = await repository.unread(listed);
  const isUnread = (path: string): boolean => unread.kind === "paths" && unread.paths.has(path);
  const hidden = listed.filter(isUnread);
  const ignored = await lookAtIgnored(
    marker,
    entries.flatMap(({ isIgnored, path }) => (isIgnored ? [path] : [])),
    { top, skipped: (path) => isUnder(path.replace(/\/$/, ""), skipped) },
    sought,
  );
  const unlooked = [
    ...beyondLines(all.slice(MOST_FILES).toSorted()),
    ...ignored.unlooked,
    ...inside.unlooked,
    ...(repository.unlooked === undefined ? [] : [repository.unlooked]),
  ];
  const why = [...whys, unread.kind === "unknown" ? unread.why : undefined, inside.why].find(
    (one) => one !== undefined,
  );
  const unmerged = entries.flatMap(({ isUnmerged, path }) => (isUnmerged ? [path] : []));
  const open = unmerged.slice(0, MOST_NAMED).filter((path) => hasMarkers(join(top, path)));
  const fresh = new Set(entries.flatMap(({ isNew, path }) => (isNew ? [path] : [])));
  return {
    fresh: listed.filter((path) => fresh.has(path) && !isUnread(path)),
    dirty: await marker.markAll(
      top,
      listed.filter((path) => !isUnread(path)),
    ),
    ...(hidden.length > 0 ? { unread: await marker.markAll(top, hidden) } : {}),
    inner: marksOf(inside.marks),
    ...(inside.linked.length === 0 ? {} : { linked: [...inside.linked] }),
    ignored: marksOf(ignored.marks),
    ...(ignored.partly.length === 0 ? {} : { partly: [...ignored.partly] }),
    ...(sought === undefined || sought.patterns.length === 0 ? {} : { sought: [...sought.patterns] }),
    ...(unlooked.length === 0 ? {} : { unlooked: some(unlooked) }),
    ...(open.length === 0 ? {} : { unmerged: open }),
    ...(why === undefined ? {} : { blind: true, why }),
    ...(all.length > listed.length ? { cut: true } : {}),
  };
}

/** A file without markers is resolved, even if it was not added. */
function hasMarkers(path: string): boolean {
  const read = readBounded(path);
  return read.kind === "text" && /^<{7}(?: |$)/m.test(read.text) && /^>{7}(?: |$)/m.test(read.text);
}

const some = (names: readonly string[]): string[] =>
  names.length <= MOST_NAMED ? [...names] : [...names.slice(0, MOST_NAMED), `${names.length - MOST_NAMED} more`];
