/** Deletes what killed git processes left in a repository of fleet's own. The caller holds its lock, so no other process writes there. */
import { join } from "node:path";

import { discard, TEMPORARY } from "@fleet/kit/files";
import { listEntries } from "@fleet/kit/list";

const isLeft = (name: string): boolean => /\.lock$|^tmp_/.test(name) || TEMPORARY.test(name);

export function sweepRepository(dir: string): void {
  for (const entry of listEntries(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) sweepRepository(path);
    else if (isLeft(entry.name)) discard(path);
  }
}
