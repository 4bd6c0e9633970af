/**
 * git-lfs files that an attempt made. They are not git objects, so refs don't bring them: they are kept beside the depot's objects,
 * by task, and given to whoever gets its work. Copied, not linked, because the original's owner may still write to it.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { ensureDir, removeTree } from "@fleet/kit/files";
import { copyTree } from "@fleet/kit/copy";
import { copyVerified } from "@fleet/kit/verified";

const keptDir = (depot: string, task: string): string => join(depot, "taken-lfs", task);

/** Of a repository, by its shared git directory. */
export const lfsOf = (commonDir: string): string => join(commonDir, "lfs", "objects");

const NAME = /^[0-9a-f]{64}$/;

/** Copies those that would not be found elsewhere anyway. */
export function keepLfs(depot: string, task: string, commonDir: string): void {
  copyMissing(lfsOf(commonDir), keptDir(depot, task), [join(depot, "lfs", "objects")]);
}

/** A file whose content does not match its name is skipped: it would be found as another file. */
export const giveLfs = (depot: string, task: string, commonDir: string): void =>
  copyLfs(keptDir(depot, task), lfsOf(commonDir));

/** From one LFS object directory into another; existing ones stay. */
export function copyLfs(from: string, to: string): void {
  for (const path of objectsIn(from))
    if (!existsSync(join(to, path))) copyVerified(join(from, path), join(to, path), basename(path));
}

/** Of a task whose work a person discarded. */
export const forgetLfs = (depot: string, task: string): void => removeTree(keptDir(depot, task));

function copyMissing(from: string, to: string, others: readonly string[]): void {
  for (const path of objectsIn(from)) {
    if ([to, ...others].some((place) => existsSync(join(place, path)))) continue;
    ensureDir(dirname(join(to, path)));
    copyTree(join(from, path), join(to, path));
  }
}

/** `ab/cd/abcd…` */
const objectsIn = (dir: string): string[] =>
  namesIn(dir).flatMap((first) =>
    namesIn(join(dir, first)).flatMap((second) =>
      namesIn(join(dir, first, second))
        .filter((name) => NAME.test(name) && name.startsWith(`${first}${second}`))
        .map((name) => join(first, second, name)),
    ),
  );

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    // None, or something else in its place: an agent may put anything there.
    return [];
  }
}
