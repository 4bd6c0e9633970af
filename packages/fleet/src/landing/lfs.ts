/**
 * LFS objects of the work, which git does not transfer with commits. They are copied from the depot, each only if its content matches
 * its name, into the landing tree (its files could not be written without them) and from there into the source.
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

/** All LFS objects of the landing tree, including those that its filters made there. */
export const lendLfs = (gitDir: string, source: Pick<Source, "commonDir" | "settings">): void =>
  copyLfs(lfsOf(gitDir), storeOf(source));

/** A person may have configured another place; a relative path starts at the git directory. */
function storeOf({ commonDir, settings }: Pick<Source, "commonDir" | "settings">): string {
  const storage = settings.findLast(({ key }) => key === "lfs.storage")?.value;
  return storage === undefined || storage === "" ? lfsOf(commonDir) : join(resolve(commonDir, storage), "objects");
}
