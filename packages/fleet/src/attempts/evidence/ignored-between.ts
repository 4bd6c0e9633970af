/** Changes of ignored files between two looks. A file that was not looked at both times counts as neither added nor removed. Pure. */
import { join } from "node:path";

import { ANYWHERE, REST } from "./bounds.ts";
import type { Listing } from "./listing.ts";
import { isSame } from "./marks.ts";
import { fromDirectory, isIn } from "./scope.ts";

type OfGit = Extract<Listing, { kind: "git" }>;

/** As paths from the top. */
export function ignoredBetween(cwd: string, before: OfGit, after: OfGit): string[] {
  const [{ ignored: was, sought = [], top, ignores_case }, { ignored: is, sought: again = [] }] = [before, after];
  if (was === undefined || is === undefined) return [];
  const partly = placesIn(before, after);
  const isAlike = sought.join("\0") === again.join("\0") && !partly.includes(ANYWHERE);
  const dirs = partly.filter((at) => at.endsWith("/"));
  const isWanted = (path: string): boolean => isIn(fromDirectory(cwd, join(top, path)), sought, ignores_case);
  const isWhole = (path: string): boolean =>
    isAlike && !dirs.some((dir) => path.startsWith(dir)) && (!partly.includes(REST) || isWanted(path));
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((path) => {
    const [then, now] = [was[path], is[path]];
    return then === undefined || now === undefined ? isWhole(path) : !isSame(then, now);
  });
}

/** Where something was looked for and not all was looked at: directories as they are seen from `cwd`, or ANYWHERE. */
export function partlyIn(cwd: string, before: OfGit, after: OfGit): string[] {
  const shown = (dir: string): string => `${fromDirectory(cwd, join(before.top, dir))}/`;
  return placesIn(before, after).flatMap((at) => (at === REST ? [] : at === ANYWHERE ? [at] : [shown(at)]));
}

const placesIn = ({ partly: was = [] }: OfGit, { partly: is = [] }: OfGit): string[] => [...new Set([...was, ...is])];
