/** LFS objects, which git does not hand over with a commit. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { linkTree } from "@fleet/kit/links";

import type { Move } from "./move.ts";

const objectsOf = (gitDir: string): string => join(gitDir, "lfs", "objects");

/** Without them git could not write the candidate's files: its filter would ask a server that does not have them either. */
export function lendLfs({ source, lfsFrom = [] }: Pick<Move, "source" | "lfsFrom">): void {
  for (const gitDir of lfsFrom)
    if (existsSync(objectsOf(gitDir))) linkTree(objectsOf(gitDir), objectsOf(source.commonDir));
}
