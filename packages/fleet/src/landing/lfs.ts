/**
 * LFS objects of what is to land, which git does not hand over with a commit: out of the depot, each only where it is what its name
 * says, into the landing tree, whose files could not be written without them, and from there into the source.
 */
import { join, resolve } from "node:path";

import type { Source } from "@fleet/kit/git/source";

import { copyLfs, giveLfs, lfsOf } from "../workspaces/lfs.ts";

export interface LfsOf {
  readonly depot: string;
  readonly task: string;
}

/** Into the git directory of the landing tree. */
export const takeLfs = ({ depot, task }: LfsOf, gitDir: string): void => giveLfs(depot, task, gitDir);

/** What the landing tree has of them, also what its filters made there. */
export const lendLfs = (gitDir: string, source: Pick<Source, "commonDir" | "settings">): void =>
  copyLfs(lfsOf(gitDir), storeOf(source));

/** A person may have said that they are elsewhere; a relative place is one in the git directory. */
function storeOf({ commonDir, settings }: Pick<Source, "commonDir" | "settings">): string {
  const storage = settings.findLast(({ key }) => key === "lfs.storage")?.value;
  return storage === undefined || storage === "" ? lfsOf(commonDir) : join(resolve(commonDir, storage), "objects");
}
