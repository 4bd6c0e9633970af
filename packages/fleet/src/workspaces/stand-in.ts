/**
 * In the place of the git directory of a workspace that has none any more, or none that git knows: an agent deleted it. Its files can be
 * kept all the same, as they lie there, on the commit where its branch was last known to be.
 */
import { join } from "node:path";

import { ensureDir, replaceFile } from "@fleet/kit/files";

import { keptIn, lastKept } from "./kept.ts";

/** Undefined where no commit is known. `began`: the commit that the task began at. */
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
