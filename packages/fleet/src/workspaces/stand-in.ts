/**
 * Stands in for a git directory that an agent deleted or broke, so that the files can still be kept: as they are on disk, on top of
 * the last known commit of the branch.
 */
import { join } from "node:path";

import { ensureDir, replaceFile } from "@fleet/kit/files";

import { keptIn, lastKept } from "./kept.ts";

/** Undefined where no commit is known. `began`: the task's base. */
export function standIn(
  at: string,
  { depot, task, began }: { readonly depot: string; readonly task: string; readonly began: string | undefined },
): string | undefined {
  const head = lastKept(keptIn(depot, task), task, "branch")?.ref.oid ?? began;
  if (head === undefined) return undefined;
  for (const name of ["objects", "refs"]) ensureDir(join(at, name), 0o700);
  replaceFile(join(at, "HEAD"), `${head}\n`);
  return at;
}

export const STOOD_IN = "its git directory is gone, with what was committed there since it was last kept";
