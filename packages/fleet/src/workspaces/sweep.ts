/** Deletes what killed git processes left in a repository of fleet's own. The caller holds its lock, so no other process writes there. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

import { errno } from "@fleet/kit/errors";
import { discard, TEMPORARY } from "@fleet/kit/files";

const isLeft = (name: string): boolean => /\.lock$|^tmp_/.test(name) || TEMPORARY.test(name);

export function sweepRepository(dir: string): void {
  for (const entry of entriesIn(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) sweepRepository(path);
    else if (isLeft(entry.name)) discard(path);
  }
}

function entriesIn(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
}
