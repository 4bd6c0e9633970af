/**
 * Files that differ in nothing but their mode or their blank lines, or are new and have nothing else: scope counts them, evidence does not, because nobody asks
 * for that. Told where it can be; a file of which it can't is a change.
 */
import { type Repository, zeroed } from "@fleet/kit/git/repository";
import { isOid } from "@fleet/kit/git/oid";

/** More changed files than this are hardly all trivial. */
const MOST = 200;

const OPTIONS = ["--raw", "--numstat", "--ignore-blank-lines", "--no-renames", "-z"];

/** `paths`, from the top, as they are in the working tree now, against the commit where the work began. `isEmpty`: or blank. */
export async function trivialIn(
  { ask }: Repository,
  head: string | undefined,
  paths: readonly string[],
  isEmpty: (path: string) => boolean,
): Promise<readonly string[]> {
  if (head === undefined || !isOid(head) || paths.length === 0 || paths.length > MOST) return [];
  const asked = await ask("diff", { options: OPTIONS, revisions: [head], paths });
  return asked.kind === "ok" ? trivialOf(zeroed(asked.stdout), isEmpty) : [];
}

/** From git's raw lines, each followed by its path, and its counts of lines. Pure. */
function trivialOf(entries: readonly string[], isEmpty: (path: string) => boolean): readonly string[] {
  const changed = new Set<string>();
  const made: string[] = [];
  const counted = new Map<string, boolean>();
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] ?? "";
    if (entry.startsWith(":")) {
      const path = entries[at + 1] ?? "";
      // Both sides are files: neither deleted nor turned into something else.
      if (entry.endsWith(" M")) changed.add(path);
      if (entry.endsWith(" A") && isEmpty(path)) made.push(path);
      at++;
      continue;
    }
    const [added, deleted, path] = entry.split("\t");
    if (path !== undefined) counted.set(path, added === "0" && deleted === "0");
  }
  // Git leaves out the counts of a file where all that differs is ignored.
  return [...made, ...[...changed].filter((path) => counted.get(path) ?? true)];
}
