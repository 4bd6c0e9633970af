/** Parses git's listings of paths with their objects: the differences of two commits, and an index. Pure. */

/** A file as a tree or an index has it. */
export interface Entry {
  /** 100644, 100755, 120000 (a symbolic link), 160000 (another repository). */
  readonly mode: string;
  readonly oid: string;
}

/** undefined: not there. */
export interface ChangedPath {
  readonly path: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

const entryOf = (mode = "", oid = ""): Entry | undefined => (/^0+$/.test(mode) ? undefined : { mode, oid });

/** The answer of `diff-tree -r -z --no-renames A B`. */
export function parseChanged(text: string): ChangedPath[] {
  const parts = text.split("\0");
  const changed: ChangedPath[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [before, after, oid, newOid] = (parts[at] ?? "").slice(1).split(" ");
    changed.push({ path: parts[at + 1] ?? "", before: entryOf(before, oid), after: entryOf(after, newOid) });
  }
  return changed;
}

export interface Indexed extends Entry {
  /** One of the up to three entries of an open merge. */
  readonly isUnmerged: boolean;
  /** `--skip-worktree`, as in a sparse checkout: git doesn't look at the file. */
  readonly isSkipped: boolean;
  /** `--assume-unchanged`: git doesn't look at the file either. */
  readonly isAssumed: boolean;
}

/** The answer of `ls-files -z -s -v`. */
export function parseIndex(text: string): Map<string, Indexed> {
  const index = new Map<string, Indexed>();
  for (const line of text.split("\0")) {
    const at = line.indexOf("\t");
    if (at < 0) continue;
    const [tag = "", mode = "", oid = "", stage] = line.slice(0, at).split(" ");
    const isSkipped = tag.toUpperCase() === "S";
    index.set(line.slice(at + 1), { mode, oid, isUnmerged: stage !== "0", isSkipped, isAssumed: /[a-z]/.test(tag) });
  }
  return index;
}

export const isSame = (one: Entry | undefined, other: Entry | undefined): boolean =>
  one?.mode === other?.mode && one?.oid === other?.oid;
