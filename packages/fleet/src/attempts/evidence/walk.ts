/** The files of a directory that is in no working tree of git, by content, within bounds. */
import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { errno } from "@fleet/kit/errors";
import { isOfKernel } from "@fleet/kit/kernel-files";
import { refusedByMachine } from "@fleet/kit/shortage";

import { isUnder, MOST_FILES, PATIENCE, SKIPPED, skippedIn } from "./bounds.ts";
import { Marker, type Marks, marksOf } from "./marks.ts";

interface Walked {
  readonly files: Marks;
  /** There were more than are listed. */
  readonly cut: boolean;
  /** Directories that were passed over. */
  readonly unlooked?: string[];
}

/** So many that were passed over are named. */
const MOST_NAMED = 20;

/** `skip`: the fleet's own home, which may lie inside. */
export async function walk(top: string, skip: string): Promise<Walked> {
  const skipped = skippedIn(top, skip);
  const marker = new Marker();
  const files: [string, string][] = [];
  const unlooked: string[] = [];
  const walked = (cut: boolean): Walked => ({
    files: marksOf(files),
    cut,
    ...(unlooked.length === 0 ? {} : { unlooked: unlooked.slice(0, MOST_NAMED) }),
  });
  const device = deviceOf(top);
  /** `/proc` and the like, where the walk begins above them. */
  const isForeign = (dir: string): boolean => deviceOf(dir) !== device && isOfKernel(dir);
  let count = 0;
  const begun = performance.now();
  for (const queue = [""]; queue.length > 0;) {
    const dir = queue.shift() ?? "";
    for (const entry of await entriesOf(join(top, dir))) {
      const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
      if (isUnder(join(top, path), skipped)) continue;
      if (SKIPPED.has(entry.name)) unlooked.push(path);
      else if (entry.isDirectory()) (isForeign(join(top, path)) ? unlooked : queue).push(path);
      else if (++count > MOST_FILES || performance.now() - begun > PATIENCE) return walked(true);
      else {
        await marker.pause();
        files.push([path, marker.mark(join(top, path))]);
      }
    }
  }
  return walked(false);
}

/** Undefined of what is gone or closed to us. */
function deviceOf(dir: string): number | undefined {
  try {
    return lstatSync(dir).dev;
  } catch {
    return undefined;
  }
}

/** Sorted by name; empty for an unreadable directory. */
export async function entriesOf(dir: string) {
  try {
    return (await readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (errno(error) === undefined || refusedByMachine(error) !== undefined) throw error;
    // Taken away meanwhile, closed to us, or on a bad disk: nothing of it can be told, and that is no reason not to judge.
    return [];
  }
}
