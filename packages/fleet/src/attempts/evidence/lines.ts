/** How many lines of which files differ from the commit where the work began: as they are in the working tree, new ones too. */
import { join } from "node:path";
import * as z from "zod/mini";

import { isOid } from "@fleet/kit/git/oid";
import { type Repository, zeroed } from "@fleet/kit/git/repository";
import { MIB } from "@fleet/kit/read";
import { thereAt } from "@fleet/kit/there";

/** A path from the top, lines added, lines deleted. */
const fileLines = z.tuple([z.string(), z.number(), z.number()]);
export type FileLines = z.infer<typeof fileLines>;
export const lines = z.array(fileLines);

/** Bounds for new files, which git has to read whole: longer ones are not written by hand, and more are not one task's work. */
const LONGEST = MIB;
const MOST_NEW = 1_000;
const MOST_READ = 64 * MIB;
/** Milliseconds: nothing that is decided waits for it. */
const PATIENCE = 5_000;
/** As many files as a look lists. */
const MOST = 20_000;

interface Looked {
  /** The commit where the work began. */
  readonly head: string | undefined;
  /** Files that git does not know and does not ignore. */
  readonly fresh: readonly string[];
  /** Files of which git can't tell what the work did to them. */
  readonly isUntold: (path: string) => boolean;
}

/** Undefined where git could not tell. From then on the repository's view shows the new files as known ones. */
export async function linesSince(
  { top, ask, addNew }: Repository,
  { head, fresh, isUntold }: Looked,
): Promise<FileLines[] | undefined> {
  if (head === undefined || !isOid(head)) return undefined;
  const added = readable(
    top,
    fresh.filter((path) => !isUntold(path)),
  );
  if (added.length > 0 && (await addNew(added, head.length)).kind !== "ok") return undefined;
  const options = ["--numstat", "--no-renames", "-z"];
  const asked = await ask("diff", { options, revisions: [head], paths: [], patience: PATIENCE });
  if (asked.kind !== "ok") return undefined;
  return linesOf(zeroed(asked.stdout))
    .filter(([path]) => !isUntold(path))
    .slice(0, MOST);
}

/** The ones that may be read whole, in their order. */
function readable(top: string, paths: readonly string[]): string[] {
  let left = MOST_READ;
  const read = (path: string): boolean => {
    const seen = thereAt(join(top, path));
    if (seen === undefined || seen.isDirectory() || seen.size > Math.min(LONGEST, left)) return false;
    left -= seen.size;
    return true;
  };
  return paths.slice(0, MOST_NEW).filter(read);
}

/** Git counts no lines of binary files. */
const linesOf = (entries: readonly string[]): FileLines[] =>
  entries.flatMap((entry): FileLines[] => {
    const [, added, deleted, path] = /^(\d+)\t(\d+)\t(.+)$/s.exec(entry) ?? [];
    return path === undefined ? [] : [[path, Number(added), Number(deleted)]];
  });
