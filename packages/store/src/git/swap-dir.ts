/**
 * `.git/fleet/swap`: a git directory that shares everything with the home but HEAD. Moving the branch that HEAD points at
 * makes git lock HEAD too (for a reflog, wanted or not), with an empty HEAD.lock that tells nobody whose it is; one left
 * by a killed git stopped every writer for good in the chaos run. From here HEAD is another one, and the branch's own lock
 * is the only one that is taken.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { ensureDir } from "../files.ts";
import { putWhole } from "./put.ts";

export const swapPath = (gitDir: string): string => join(gitDir, "fleet", "swap");

/** The directory, made when it is not there. Writers may make it at once: each file is put in place whole. */
export function swapDir(gitDir: string): string {
  const dir = swapPath(gitDir);
  const head = join(dir, "HEAD");
  if (existsSync(head)) return dir;
  ensureDir(dir);
  putWhole(join(dir, "commondir"), "../..\n");
  putWhole(head, "ref: refs/heads/nothing\n");
  return dir;
}
