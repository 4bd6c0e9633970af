/** The names in a directory; empty if there is none. */
import { type Dirent, opendirSync, readdirSync } from "node:fs";

import { errno } from "./errors.ts";

/** Names. */
export function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** Names, and what each is. */
export function listEntries(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** As `list`, but no more than so many of them: an agent may make a million files in a directory of its own. */
export function listSome(dir: string, most: number): { readonly names: readonly string[]; readonly isCut: boolean } {
  try {
    const opened = opendirSync(dir, { bufferSize: most + 1 });
    try {
      const names: string[] = [];
      for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
        if (names.length === most) return { names, isCut: true };
        names.push(entry.name);
      }
      return { names, isCut: false };
    } finally {
      opened.closeSync();
    }
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return { names: [], isCut: false };
    throw error;
  }
}
