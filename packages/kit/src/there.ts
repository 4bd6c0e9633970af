/** The kind of file at a path, links not followed. If a parent is a file now, there is nothing, as if the path did not exist. */
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

/** The result of a look; undefined if there is nothing, or the system refuses access. */
export function ifSeen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (refusalToRead(error) === undefined || refusedByMachine(error) !== undefined) throw error;
    return undefined;
  }
}
