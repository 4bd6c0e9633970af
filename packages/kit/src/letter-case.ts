/** Whether a disk holds names that differ by the case of their letters for one, as those of macOS and Windows do. */
import { lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** By the directory's own name in the other case; one without letters tells nothing, and counts as a disk that tells them apart. */
export function ignoresCase(dir: string): boolean {
  const name = basename(dir);
  const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
  if (other === name) return false;
  const [is, seen] = [dir, join(dirname(dir), other)].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  return is !== undefined && seen !== undefined && is.ino === seen.ino && is.dev === seen.dev;
}
