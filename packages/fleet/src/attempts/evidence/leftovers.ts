/** What running tests and tools leaves beside the sources: nobody's work, and nothing that somebody was forbidden. Pure. */
import { isOfWhole } from "./scope.ts";

const LEFTOVER =
  /(?:^|\/)(?:[^/]*\.(?:py[co]|class|o|log|tmp|swp|tsbuildinfo)|\.coverage|\.eslintcache|\.DS_Store|Thumbs\.db)$/;

/** By its name alone: what is kept in git is somebody's work all the same. */
export const isLeftover = (path: string): boolean => LEFTOVER.test(path);

/** Those that may mean the file: one that means all of a directory does not mean leftovers in it. */
export function patternsFor(path: string, patterns: readonly string[]): readonly string[] {
  if (!isLeftover(path)) return patterns;
  const name = path.split("/").at(-1) ?? "";
  return patterns.filter((pattern) => !isOfWhole(pattern) || pattern.endsWith(name));
}
