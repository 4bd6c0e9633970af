/** Changes that the task forbids, and changes of what its checks depend on, over all of its attempts. Pure. */
import type { Asked } from "./asked.ts";
import { ignoredIn } from "./passed-over.ts";
import { isIn, outside } from "./scope.ts";
import type { Seen } from "./seen.ts";
import { writtenBy } from "./work.ts";

/** Changes of this attempt, and those of earlier ones that still stand. */
export function forbiddenBy(seen: Seen, asked: Asked): string[] {
  const { deny, ignores_case } = asked;
  const own = [...outside(writtenBy(seen), asked), ...ignoredBy(seen, deny, ignores_case)];
  return overTask(seen, own, (path, isIgnored) =>
    isIgnored ? isIn(path, deny, ignores_case) : outside([path], asked).length > 0,
  );
}

/** The same of what its checks depend on. */
export function editedOf(seen: Seen, asked: Asked): string[] {
  const { check_paths: deny, ignores_case } = asked;
  if (deny.length === 0) return [];
  const own = [...outside(writtenBy(seen), { allow: [], deny, ignores_case }), ...ignoredBy(seen, deny, ignores_case)];
  return overTask(seen, own, (path) => isIn(path, deny, ignores_case));
}

/** Ignored files count only if the task names them: builds leave many. */
const ignoredBy = ({ apart, own }: Seen, patterns: readonly string[], ignoresCase?: boolean): readonly string[] =>
  ignoredIn(apart?.aside.mine ?? own ?? { ignored: [] }, patterns, ignoresCase);

/** `own`: what this attempt did of it. What it put back, that an earlier one had done, is none; `counts`: whether a path is such a thing. */
function overTask(
  { earlier, changes, goesOn }: Seen,
  own: readonly string[],
  counts: (path: string, isIgnored: boolean) => boolean,
): string[] {
  if (!goesOn || changes === undefined || earlier.size === 0) return [...own];
  const ignored = new Set(changes.ignored);
  const differs = new Set([...changes.paths, ...changes.unread, ...changes.nested, ...ignored]);
  const isTold = !changes.blind && !changes.cut;
  const isPutBack = (path: string): boolean => isTold && earlier.has(path) && !differs.has(path);
  const still = [...earlier].filter((path) => differs.has(path) && counts(path, ignored.has(path)));
  return [...new Set([...own.filter((path) => !isPutBack(path)), ...still])];
}
