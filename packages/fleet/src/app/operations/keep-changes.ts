/** Keeps what is not committed in a directory, for a task that is to begin with it. */
import { uuid7 } from "@fleet/kit/uuid";

import { keepChanges, type Kept } from "../../workspaces/changes.ts";
import type { Io } from "../io.ts";

export const changesOf = async (home: string, cwd: string, io: Pick<Io, "env" | "now">): Promise<Kept> =>
  await keepChanges({ home, env: io.env, now: () => io.now() }, cwd, uuid7());
