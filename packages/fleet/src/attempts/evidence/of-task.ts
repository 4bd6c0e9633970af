/**
 * Of what differs since the work of a task began, what its attempts did. What a person or another task changed between two of them,
 * or beside one, is no work of this task. Pure.
 */
import type { Attribution } from "./attributed.ts";
import type { Changes } from "./changes.ts";
import type { Earlier } from "./earlier.ts";
import type { OwnChanges } from "./own-changes.ts";

interface OfTask {
  /** Without what none of its attempts did. */
  readonly changes: Changes;
  /** Differs, and by none of its attempts for sure. */
  readonly between: readonly string[];
}

/** `own`: of the attempt that claims to be done. */
export function ofTask(changes: Changes, { changes: own, foreign }: OwnChanges, earlier: Earlier): OfTask {
  if (!earlier.isKnown || own.blind || own.cut) return without(changes, foreign, earlier);
  const known = new Set([...earlier.paths, ...own.paths, ...own.ignored, ...own.nested, ...own.unread]);
  const hashes = new Set([...earlier.commits, ...own.commits.map(({ hash }) => hash)]);
  const isOwn = (path: string): boolean => known.has(path);
  const commits = changes.commits.filter(({ hash }) => hashes.has(hash));
  return {
    changes: {
      ...changes,
      paths: changes.paths.filter(isOwn),
      ignored: changes.ignored.filter(isOwn),
      nested: changes.nested.filter(isOwn),
      unread: changes.unread.filter(isOwn),
      dirty: changes.dirty.filter(isOwn),
      commits,
      recorded: changes.recorded && commits.length > 0,
    },
    between: changes.paths.filter((path) => !isOwn(path)),
  };
}

/** Where not all attempts are known, only what somebody committed while the last one ran is surely none of theirs. */
function without(changes: Changes, foreign: readonly string[], { paths }: Earlier): OfTask {
  const left = new Set(foreign.filter((path) => !paths.has(path)));
  const isOwn = (path: string): boolean => !left.has(path);
  return {
    changes: { ...changes, paths: changes.paths.filter(isOwn) },
    between: foreign.filter((path) => !isOwn(path)),
  };
}

/** What this attempt did beside others, with what earlier ones did that is still so. */
export function withEarlier(apart: Attribution, changes: Changes | undefined, earlier: Earlier): Attribution {
  const made = (changes?.commits ?? []).filter(({ hash }) => earlier.commits.has(hash));
  const known = new Set(made.map(({ hash }) => hash));
  const isEarlier = (path: string): boolean => earlier.paths.has(path);
  return {
    ...apart,
    mine: [...new Set([...(changes?.paths ?? []).filter(isEarlier), ...apart.mine])],
    unclear: apart.unclear.filter((path) => !isEarlier(path)),
    commits: [...made, ...apart.commits.filter(({ hash }) => !known.has(hash))],
  };
}
