/** What stands at a path, links not followed. Where a part of the path is a file now there is nothing, as where it is not there at all. */
import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";

import { errno, refusalToRead } from "./errors.ts";
import { refusedByMachine } from "./shortage.ts";

export function thereAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Node takes only a missing entry for none.
    if (errno(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Nothing is at this path below `top`, and no link or file on the way to it. */
export function isFree(top: string, path: string): boolean {
  const parts = path.split("/");
  return parts.every((_part, n) => {
    const seen = thereAt(join(top, ...parts.slice(0, n + 1)));
    return seen === undefined || (n < parts.length - 1 && seen.isDirectory());
  });
}

/** What a look gives; undefined where there is nothing, or the system refuses to let anybody look. */
export function ifSeen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (refusalToRead(error) === undefined || refusedByMachine(error) !== undefined) throw error;
    return undefined;
  }
}
