/**
 * git in a depot for reading only: objects come from the depot, and those that git writes go into a directory that is deleted
 * afterwards.
 */
import { join } from "node:path";

import { ensureDir, removeTree } from "@fleet/kit/files";
import { borrowing } from "@fleet/kit/git/alternates";
import type { Environment } from "@fleet/kit/git/environment";
import type { GitAnswer } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { uuid7 } from "@fleet/kit/uuid";

import { makingDir } from "./paths.ts";

export interface Scratch {
  readonly home: string;
  readonly env: Environment;
  readonly depot: string;
  /** Object directories besides the depot's. */
  readonly also?: readonly string[];
}

export type AskScratch = (args: readonly string[], input?: string) => Promise<GitAnswer>;

export async function inScratch<T>({ home, env, depot, also = [] }: Scratch, look: (ask: AskScratch) => Promise<T>) {
  // Several are looked at at once.
  const room = join(makingDir(home), `look.${uuid7()}`);
  const objects = join(room, "objects");
  const where = {
    GIT_INDEX_FILE: join(room, "index"),
    GIT_OBJECT_DIRECTORY: objects,
    ...borrowing(join(depot, "objects"), ...also),
  };
  try {
    ensureDir(objects, 0o700);
    return await look(async (args, input = "") => await gitObjects(args, { env, gitDir: depot, where }, { input }));
  } finally {
    removeTree(room);
  }
}
