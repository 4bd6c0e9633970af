/**
 * Which files a task may change, as far as it says (`--allow`, `--touches`), and whether two tasks may change the same. By the
 * paths of their own directories: of two that work in clones of one repository, too. Pure.
 */
import { posix } from "node:path";

import { literal, patternsMeet } from "@fleet/kit/glob";
import type { Subject } from "@fleet/store/fleet-record";

import { listed } from "../../settings/effective/task.ts";

const MARKS = /[*?[{]/;

const NOTHING: readonly string[] = [];

/** Patterns of absolute paths; none where it says nothing. */
export function touched(task: Subject, cwd: string): readonly string[] {
  if (cwd === "") return NOTHING;
  const said = [...new Set([...(listed(task, "allow") ?? []), ...(listed(task, "touches") ?? [])])];
  return said.length === 0 ? NOTHING : sameFor(said.map((pattern) => absolute(pattern, cwd)));
}

/** For tasks that are read again, the earlier list if it says the same: comparisons are cached by it. */
function sameFor(patterns: readonly string[]): readonly string[] {
  const key = patterns.join("\0");
  const there = lists.get(key);
  if (there !== undefined) return there;
  if (lists.size >= MOST_LISTS) lists.clear();
  lists.set(key, patterns);
  return patterns;
}

const lists = new Map<string, readonly string[]>();
const MOST_LISTS = 10_000;

function absolute(pattern: string, cwd: string): string {
  const at = MARKS.exec(pattern)?.index ?? pattern.length;
  const cut = pattern.lastIndexOf("/", at) + 1;
  // `../` before the first mark is a path; after it, its origin is unknown.
  const way = posix.resolve(cwd, at === pattern.length ? pattern : pattern.slice(0, cut));
  const rest = at === pattern.length ? "" : pattern.slice(cut);
  return rest === "" ? literal(way) : `${literal(way === "/" ? "" : way)}/${rest}`;
}

type Met = readonly [mine: string, its: string] | undefined;

/** A cached comparison of two tasks: each tick compares the same ones again. */
class Known {
  readonly #met = new WeakMap<readonly string[], WeakMap<readonly string[], { readonly met: Met }>>();

  get(mine: readonly string[], its: readonly string[], find: () => Met): Met {
    const seen = this.#met.get(mine) ?? new WeakMap<readonly string[], { readonly met: Met }>();
    const known = seen.get(its) ?? { met: find() };
    seen.set(its, known);
    this.#met.set(mine, seen);
    return known.met;
  }
}

const [cased, caseless] = [new Known(), new Known()];
/** For all patterns of two tasks; beyond that, two that are not compared to their end are taken to meet. */
const MOST_STEPS = 200_000;

/** The first two patterns that meet: of the one, of the other. */
export const meeting = (mine: readonly string[], its: readonly string[], ignoresCase = false): Met =>
  (ignoresCase ? caseless : cased).get(mine, its, () => meetingOf(mine, its, ignoresCase));

function meetingOf(mine: readonly string[], its: readonly string[], ignoresCase: boolean): Met {
  const budget = { steps: MOST_STEPS };
  const plain = (pattern: string): string => (ignoresCase ? pattern.normalize("NFC").toLowerCase() : pattern);
  for (const one of mine)
    for (const other of its) if (patternsMeet(plain(one), plain(other), budget)) return [one, other];
  return undefined;
}
