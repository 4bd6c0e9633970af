/**
 * Whether the landing tree is still a repository of its own. Checks run in it and may replace parts of it by links; git would then
 * clean and overwrite the files that these lead to.
 */
import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";

import { errno } from "@fleet/kit/errors";
import { thereAt } from "@fleet/kit/there";

/** Why it is not; undefined where it is. */
export function strangeIn(dir: string): string | undefined {
  const dot = join(dir, ".git");
  for (const path of [dir, dot]) if (thereAt(path)?.isDirectory() !== true) return `${path} is no directory`;
  // Files that redirect git to another git directory, or stand in for a part of this one.
  for (const entry of readdirSync(dot, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) return `${join(dot, entry.name)} is a link`;
    if (entry.name === "commondir" || entry.name === "gitdir") return `${join(dot, entry.name)} is there`;
  }
  return thereAt(join(dot, "HEAD"))?.isFile() === true ? undefined : `${join(dot, "HEAD")} is no file`;
}

/** The real directory `below` the top; undefined where it is missing, or where a link leads out of the tree. */
export function placeIn(dir: string, below: string): string | undefined {
  try {
    const [top, place] = [realpathSync(dir), realpathSync(join(dir, below))];
    const isInside = place === top || (place.startsWith(top + sep) && !place.startsWith(join(top, ".git") + sep));
    return isInside && lstatSync(place).isDirectory() ? place : undefined;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errno(error) ?? "")) return undefined;
    throw error;
  }
}
