/** Where a file is, or would come to be, behind the links on the way to it: what of that is not there yet stays as it is named. */
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { errno } from "./errors.ts";

export function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errno(error) === undefined) throw error;
    const above = dirname(path);
    return above === path ? path : join(realPlace(above), basename(path));
  }
}
