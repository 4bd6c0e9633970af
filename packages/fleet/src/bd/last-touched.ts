/** The issue that was last worked on, for verbs that are given none: `run/last-touched`, a convenience and no more. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { errno } from "@fleet/store/errors";

const fileOf = (home: string): string => join(home, "run", "last-touched");

export function lastTouched(home: string): string | undefined {
  try {
    const id = readFileSync(fileOf(home), "utf8").trim();
    return id === "" ? undefined : id;
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return undefined;
  }
}

export function touch(home: string, id: string): void {
  try {
    mkdirSync(join(home, "run"), { recursive: true, mode: 0o700 });
    writeFileSync(fileOf(home), `${id}\n`, { mode: 0o600 });
  } catch (error) {
    // A full or read-only disk must not fail a verb that has done its work.
    if (errno(error) === undefined) throw error;
  }
}
