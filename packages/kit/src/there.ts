/** What stands at a path, links not followed. Where a part of the path is a file now there is nothing, as where it is not there at all. */
import { lstatSync, type Stats } from "node:fs";

import { errno, refusalToRead } from "./errors.ts";

export function thereAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Node takes only a missing entry for none.
    if (errno(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** What a look gives; undefined where there is nothing, or the system refuses to let anybody look. */
export function ifSeen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (refusalToRead(error) === undefined) throw error;
    return undefined;
  }
}
