/** What was not looked at, or could not be told, in words. Pure. */
import { someOf } from "@fleet/kit/text";

import type { Changes } from "./changes.ts";
import type { Seen } from "./seen.ts";

/** So many are named of a longer list. */
export const NAMED = 5;

export const UNSEEN = "the directory was not looked at before and after";
export const MORE = "there is more than is listed";

export function limitOf({ from, blind, cut, why }: Changes): string | undefined {
  if (from === "unknown") return `could not look: ${why ?? ""}`;
  if (blind) return `git could not tell all that changed (${why ?? ""}): only what it could is named`;
  if (!cut) return undefined;
  return from === "git"
    ? "git names more uncommitted files than are listed; of those, what is new or gone is not known"
    : "the directory holds more files than are listed; new and deleted ones are not known";
}

export const unreadOf = ({ unread }: Changes): string | undefined =>
  unread.length === 0
    ? undefined
    : `git reads ${someOf(unread, NAMED)} through a filter, which fleet does not run: changed or not is not known`;

/** What is told beside what changed, because git has no part in it. */
export const ignoredOf = ({ ignored }: Changes): string | undefined =>
  ignored.length === 0 ? undefined : `changed as well, and ignored by git: ${someOf(ignored, NAMED)}`;

/** Of an attempt: each thing that nobody looked at, or could not tell, so that nobody takes it for looked at. */
export function notLookedAt(seen: Seen): string[] {
  return [...inFiles(seen), ...inCommands(seen)];
}

function inFiles({ changes, mine, apart, between = [] }: Seen): string[] {
  if (changes === undefined) return [UNSEEN];
  const unclear = [...(apart?.unclear ?? []), ...(apart?.aside.unclear.ignored ?? [])];
  return [
    ...[limitOf(changes), unreadOf(changes), linesOf(changes, mine)].filter((line) => line !== undefined),
    ...(changes.from === "git" && changes.commitsUnknown ? ["which commits are new: git could not tell"] : []),
    ...(unclear.length === 0 ? [] : [`whose ${someOf(unclear, NAMED)} is: others worked in the same directory`]),
    ...(between.length === 0
      ? []
      : [`who changed ${someOf(between, NAMED)} since the task began: not its attempts, as far as is known`]),
    ...(changes.nested.length === 0 ? [] : [`what changed in ${someOf(changes.nested, NAMED)}, a repository inside`]),
    ...(changes.unlooked.length === 0 ? [] : [someOf(changes.unlooked, NAMED)]),
    changes.from === "git" ? "what is outside of its working tree" : "`.git`, and what is outside of its directory",
  ];
}

/** Of which files it is not known how many lines differ. */
function linesOf({ from, lines }: Changes, mine: readonly string[]): string | undefined {
  if (from === "listing") return "how many lines: outside of a repository only whether files differ is known";
  if (from === "unknown" || mine.length === 0) return undefined;
  if (lines === undefined) return "how many lines differ: git could not tell";
  const counted = new Set(lines.map(({ path }) => path));
  const left = mine.filter((path) => !counted.has(path));
  return left.length === 0
    ? undefined
    : `how many lines of ${someOf(left, NAMED)} (not text, too long, or changed before it began)`;
}

function inCommands({ ran, reportsTools, tools }: Seen): string[] {
  const untold = Object.values(tools.byName).reduce((sum, one) => sum + (one.untold ?? 0), 0);
  return [
    ...(ran === undefined ? ["what git it ran: that was not written down where it could be read"] : []),
    ...(ran?.cut === true ? ["git commands beyond the first ones: there were more than are kept"] : []),
    ...(reportsTools ? [] : ["its tools: this coder does not report them"]),
    ...(untold === 0 ? [] : [`whether ${untold} of its tools failed: this coder does not report it`]),
  ];
}
