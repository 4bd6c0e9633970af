/**
 * Git in a depot where something is only looked at: objects are read from there, and what is written for looking goes into a
 * directory that is removed afterwards.
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
  /** Directories of objects beside those of the depot. */
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
