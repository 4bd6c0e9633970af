/**
 * Which files a task may change, as far as it says (`--allow`, `--touches`), and whether two tasks may change the same. By the
 * paths of their own directories: of two that work in clones of one repository, too. Pure.
 */
import { posix } from "node:path";

import { patternsMeet } from "@fleet/kit/glob";
import type { Subject } from "@fleet/store/claims";

import { listed } from "../../settings/effective/task.ts";

/** Marks of patterns, as letters. */
const literal = (path: string): string => path.replaceAll(/[*?[]/g, "[$&]");

const MARKS = /[*?[{]/;

/** Patterns of absolute paths; none where it says nothing. */
export function touched(task: Subject, cwd: string): readonly string[] {
  if (cwd === "") return [];
  const said = [...new Set([...(listed(task, "allow") ?? []), ...(listed(task, "touches") ?? [])])];
  return said.map((pattern) => {
    const at = MARKS.exec(pattern)?.index ?? pattern.length;
    const cut = pattern.lastIndexOf("/", at) + 1;
    // `../` before the first mark is a way; behind it nobody knows from where.
    const way = posix.resolve(cwd, at === pattern.length ? pattern : pattern.slice(0, cut));
    const rest = at === pattern.length ? "" : pattern.slice(cut);
    return rest === "" ? literal(way) : `${literal(way === "/" ? "" : way)}/${rest}`;
  });
}

/** The first two patterns that meet: of the one, of the other. */
export function meeting(
  mine: readonly string[],
  its: readonly string[],
): readonly [mine: string, its: string] | undefined {
  for (const one of mine) for (const other of its) if (patternsMeet(one, other)) return [one, other];
  return undefined;
}
