/**
 * What of a person's would be lost or hidden if the files of a checkout became those of the candidate. Pure. Git looks itself before
 * it writes, but takes ignored files for worthless, and a deleted file for one that it may write again.
 */
import { type ChangedPath, type Entry, type Indexed, isSame } from "./changed-paths.ts";

/** other: a FIFO, a socket, a device. */
export type Standing = "absent" | "file" | "link" | "directory" | "other";

/**
 * unmerged: a merge is open there · staged: the index has something else than the target · deleted: it is not there any more ·
 * untracked: a file that git doesn't know is where one of the candidate's is to be, ignored or not · hidden: git was told not to look
 * at it, and it was changed · changed: it differs from the index.
 */
export interface Obstacle {
  readonly kind: "unmerged" | "staged" | "deleted" | "untracked" | "hidden" | "changed";
  readonly path: string;
  /** For an untracked file: its directory, if it holds no tracked file and the candidate has a file of that name. */
  readonly inPlace?: string;
}

export interface Ground {
  readonly changed: readonly ChangedPath[];
  readonly index: ReadonlyMap<string, Indexed>;
  /** The kind of file at a path below the top, links not followed. */
  readonly look: (path: string) => Standing;
  /** All paths of files below a directory. */
  readonly below: (path: string) => readonly string[];
}

/** The first thing in the way, and the files that git does not look at by itself, whose content is still to be compared. */
export interface Judged {
  readonly obstacle: Obstacle | undefined;
  readonly unseen: readonly string[];
}

const LINK = "120000";
const REPOSITORY = "160000";

export function inTheWay({ changed, index, look, below }: Ground): Judged {
  const unmerged = [...index].find(([, entry]) => entry.isUnmerged);
  if (unmerged !== undefined) return { obstacle: { kind: "unmerged", path: unmerged[0] }, unseen: [] };
  const removed = new Set(changed.flatMap(({ path, after }) => (after === undefined ? [path] : [])));
  const unseen: string[] = [];
  for (const { path, before, after } of changed) {
    const entry = index.get(path);
    const kind = !isSame(entry, before)
      ? "staged"
      : entry === undefined
        ? undefined
        : obstacleAt(entry, standingOf(path, look));
    if (kind !== undefined) return { obstacle: { kind, path }, unseen };
    if (entry !== undefined && (entry.isSkipped || entry.isAssumed) && standingOf(path, look) !== "absent")
      unseen.push(path);
    const covered = after === undefined || before !== undefined ? undefined : coveredBy(path, removed, { look, below });
    if (covered === undefined) continue;
    const isWhole =
      covered !== path && covered.startsWith(`${path}/`) && !below(path).some((file) => removed.has(file));
    return { obstacle: { kind: "untracked", path: covered, ...(isWhole ? { inPlace: path } : {}) }, unseen };
  }
  return { obstacle: undefined, unseen };
}

/** The kind of file at a path of git's, for which a link is no directory. */
export function standingOf(path: string, look: Ground["look"]): Standing {
  const isReached = prefixesOf(path).every((prefix) => look(prefix) === "directory");
  return isReached ? look(path) : "absent";
}

function obstacleAt({ mode, isSkipped, isAssumed }: Indexed, standing: Standing): Obstacle["kind"] | undefined {
  // A submodule that is not there, or is: git leaves it alone.
  if (mode === REPOSITORY) return standing === "directory" || standing === "absent" ? undefined : "changed";
  if (standing === "absent") return isSkipped ? undefined : isAssumed ? "hidden" : "deleted";
  return standing === fileOf({ mode }) ? undefined : "changed";
}

export const fileOf = ({ mode }: Pick<Entry, "mode">): Standing =>
  mode === LINK ? "link" : mode === REPOSITORY ? "directory" : "file";

/** `a` and `a/b` of `a/b/c`. */
export const prefixesOf = (path: string): string[] => {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
};

/** A file that the candidate does not remove, at a new path, at a directory above it, or below it. */
function coveredBy(
  path: string,
  removed: ReadonlySet<string>,
  { look, below }: Pick<Ground, "look" | "below">,
): string | undefined {
  for (const prefix of prefixesOf(path)) {
    const standing = look(prefix);
    if (standing === "absent") return undefined;
    if (standing !== "directory") return removed.has(prefix) ? undefined : prefix;
  }
  const standing = look(path);
  if (standing === "absent") return undefined;
  return standing === "directory" ? below(path).find((file) => !removed.has(file)) : path;
}
