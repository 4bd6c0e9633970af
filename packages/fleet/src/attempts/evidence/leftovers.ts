/** Leftovers of tests and tools beside the sources: neither work nor a violation of the scope. Pure. */
import { isOfWhole } from "./scope.ts";

const LEFTOVER =
  /(?:^|\/)(?:[^/]*\.(?:py[co]|class|o|log|tmp|swp|tsbuildinfo)|\.coverage|\.eslintcache|\.DS_Store|Thumbs\.db)$/;

/** By its name alone: a tracked file of that name is work all the same. */
export const isLeftover = (path: string): boolean => LEFTOVER.test(path);

/** Patterns that may mean the file: a pattern for a whole directory does not mean leftovers in it. */
export function patternsFor(path: string, patterns: readonly string[]): readonly string[] {
  if (!isLeftover(path)) return patterns;
  const name = path.split("/").at(-1) ?? "";
  return patterns.filter((pattern) => !isOfWhole(pattern) || pattern.endsWith(name));
}
