/**
 * Which home this is among those it is synced with. An attempt is a process on one machine: only the home whose claim made
 * it may adopt, start or settle it. Kept beside the branch, never in it.
 */
import { join } from "node:path";

import { createExclusive, removeFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";
import { uuid4 } from "@fleet/kit/uuid";

const read = (path: string): string | undefined => readText(path)?.trim() || undefined;

/** Drawn at the first call; of several at once all say the same. */
export function homeId(gitDir: string): string {
  const path = join(gitDir, "fleet", "home-id");
  const known = read(path);
  if (known !== undefined) return known;
  const drawn = uuid4();
  // An empty one is what a power cut leaves.
  if (readText(path) !== undefined && read(path) === undefined) removeFile(path);
  createExclusive(path, `${drawn}\n`, { parents: false });
  return read(path) ?? drawn;
}
