/** How much room a disk has. */
import { statfsSync } from "node:fs";

/** Bytes that may be written where `path` is, by whoever is not root. */
export function roomOn(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
