/** What is beyond the bound of a listing, named by its directories. Pure. */
import { counted } from "@fleet/kit/figures";

/** So many directories are named. */
const NAMED = 5;

/** Lines of what was not looked at; the directories with the most files first, each at the depth where it has all of its own. */
export function beyondLines(paths: readonly string[]): string[] {
  const byDir = new Map<string, string[]>();
  for (const path of paths) {
    const dir = path.slice(0, path.indexOf("/") + 1);
    const below = byDir.get(dir);
    if (below === undefined) byDir.set(dir, [path]);
    else below.push(path);
  }
  const all = [...byDir].toSorted(([, a], [, b]) => b.length - a.length);
  const rest = all.slice(NAMED).flatMap(([, below]) => below).length;
  return [
    ...all.slice(0, NAMED).map(([dir, below]) => lineOf(below, dir === "" ? "the top directory" : sharedBy(below))),
    ...(rest === 0 ? [] : [`${counted(rest, "uncommitted file")} in other directories`]),
  ];
}

const lineOf = (below: readonly string[], where: string): string =>
  `${counted(below.length, "uncommitted file")} in ${where}`;

/** The directory that all of these are in; they are sorted, so the first and the last differ the most. */
function sharedBy(paths: readonly string[]): string {
  const [first = "", last = ""] = [paths[0], paths.at(-1)];
  let at = 0;
  while (at < first.length && first[at] === last[at]) at++;
  return first.slice(0, first.lastIndexOf("/", at - 1) + 1);
}
