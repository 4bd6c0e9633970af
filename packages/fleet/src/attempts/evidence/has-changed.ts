/** Whether the work of a task has changed anything, and why that may not be known. Pure. */
import { type Asked, pathsIn } from "./asked.ts";
import { isLeftover, patternsFor } from "./leftovers.ts";
import { namedBy } from "./passed-over.ts";
import { isIn } from "./scope.ts";
import type { Seen } from "./seen.ts";
import { limitOf, unreadOf, UNSEEN } from "./untold.ts";

/**
 * Modes and blank lines that were not asked for do not count, and neither is a commit that changes nothing, or was undone by
 * another. Beside others mostly, and of one that continues where nobody looked, whose a change is is not told.
 */
export function hasChanged(seen: Seen, asked: Asked | undefined): boolean | undefined {
  const { changes, own, resumed, goesOn, mine, apart } = seen;
  if (namedBy(seen, asked, "mine").length > 0) return true;
  if (workIn(seen, asked).length > 0) return true;
  const made = apart === undefined ? changes : { commits: apart.commits, recorded: own?.recorded };
  // It committed files that were left uncommitted: that is work, though no file differs.
  if (made?.recorded === true && made.commits.length > 0 && mine.length === 0) return true;
  if (changes === undefined || (resumed && !goesOn)) return undefined;
  if (apart !== undefined && apart.unclear.length + apart.unclearCommits.length > 0) return undefined;
  if (namedBy(seen, asked, "unclear").length > 0) return undefined;
  const { cut, blind, commitsUnknown, unread } = changes;
  return cut || blind || (changes.from === "git" && commitsUnknown) || unread.length > 0 ? undefined : false;
}

/** The changes that are work: no mode or blank lines alone, no leftovers of tools, unless they were expected. */
export function workIn({ changes, mine }: Pick<Seen, "changes" | "mine">, asked: Asked | undefined): string[] {
  const trivial = new Set(changes?.trivial);
  const wanted = pathsIn(asked?.expect ?? []);
  const isWanted = (path: string): boolean => isIn(path, patternsFor(path, wanted), asked?.ignores_case);
  const kept = new Set(changes?.kept);
  const isLeft = (path: string): boolean => isLeftover(path) && !kept.has(path);
  return mine.filter((path) => (!trivial.has(path) && !isLeft(path)) || isWanted(path));
}

/** Why it is not known whether something changed. */
export function whyUnseen({ changes, overlapped, names }: Seen): string {
  if (overlapped.length > 0) return `what ${names} did can't be told from its own changes`;
  if (changes === undefined) return UNSEEN;
  return limitOf(changes) ?? unreadOf(changes) ?? "an earlier attempt of its session may have changed it";
}
