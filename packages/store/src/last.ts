/**
 * `.git/fleet/last`: the last commit that one of our writers moved the branch to. Nothing is decided by it; it is what
 * to name when the branch is found gone or moved back.
 */
import { join } from "node:path";

import { readText } from "@fleet/kit/read";
import { gitDirOf } from "./home.ts";

export const lastPath = (home: string): string => join(gitDirOf(home), "fleet", "last");

export function lastWritten(home: string): string | undefined {
  const text = readText(lastPath(home))?.trim();
  // A power cut may leave an empty file.
  return text !== undefined && /^[0-9a-f]{40}$/.test(text) ? text : undefined;
}
