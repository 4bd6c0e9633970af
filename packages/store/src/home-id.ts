/**
 * Which home this is among those it is synced with. An attempt is a process on one machine: only the home whose claim made
 * it may adopt, start or settle it. Kept beside the branch, never in it.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";

import { diskTrouble, errno } from "./errors.ts";

function read(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    return text === "" ? undefined : text;
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw diskTrouble(error, path);
  }
}

/** Drawn at the first call; of several at once all say the same. */
export function homeId(gitDir: string): string {
  const path = join(gitDir, "fleet", "home-id");
  const known = read(path);
  if (known !== undefined) return known;
  const drawn = randomUUID();
  const temporary = `${path}.${drawn}`;
  try {
    writeFileSync(temporary, `${drawn}\n`);
    // An empty one is what a power cut leaves.
    if (read(path) === undefined) rmSync(path, { force: true });
    linkSync(temporary, path);
  } catch (error) {
    if (errno(error) !== "EEXIST") throw diskTrouble(error, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  return read(path) ?? drawn;
}
