/**
 * What git was told to ignore. Files that it names one by one are known by their content; a directory (dependencies, build results)
 * is searched only for what a pattern of the task's means, and else named as not looked at. Leftovers of tools are nothing.
 */
import { join } from "node:path";

import { SKIPPED } from "./bounds.ts";
import type { Marker } from "./marks.ts";
import { fromDirectory, isIn, isOfWhole, stem } from "./scope.ts";
import { entriesOf } from "./walk.ts";

/** What is looked for though git ignores it: `patterns` are relative to `cwd`. */
export interface Sought {
  readonly cwd: string;
  readonly patterns: readonly string[];
  readonly ignores_case?: boolean | undefined;
}

export interface Ignored {
  readonly marks: readonly (readonly [string, string])[];
  readonly unlooked: readonly string[];
}

/** So many files that are ignored one by one are known by their content. */
const MOST_NAMED = 1_000;
/** What running tests and tools leaves beside the sources: nobody's work, and nothing that somebody was forbidden. */
const LEFTOVER =
  /(?:^|\/)(?:[^/]*\.(?:py[co]|class|o|log|tmp|swp|tsbuildinfo)|\.coverage|\.eslintcache|\.DS_Store|Thumbs\.db)$/;

/** In directories that are searched, so many entries are passed, for so long, in milliseconds. */
const MOST_ENTRIES = 20_000;
const PATIENCE = 2_000;

interface Where {
  readonly top: string;
  /** The fleet's own home. */
  readonly skipped: (path: string) => boolean;
}

/** `names`: as git has them, from the top; a directory ends with `/`. */
export async function lookAtIgnored(
  marker: Marker,
  names: readonly string[],
  { top, skipped }: Where,
  sought: Sought | undefined,
): Promise<Ignored> {
  const files = names.filter((name) => !name.endsWith("/") && !LEFTOVER.test(name));
  const listed = files.slice(0, MOST_NAMED);
  const marks: (readonly [string, string])[] = Object.entries(await marker.markAll(top, listed));
  const unlooked = files.length > listed.length ? [`${files.length - listed.length} more ignored files`] : [];
  const search = new Search(marker, top, sought);
  for (const dir of names.filter((name) => name.endsWith("/") && !skipped(join(top, name)))) {
    const found = search.reaches(dir) ? await search.in(dir) : undefined;
    marks.push(...(found?.marks ?? []));
    if (found === undefined || found.cut) unlooked.push(dir);
  }
  return { marks, unlooked };
}

class Search {
  readonly #marker: Marker;
  readonly #top: string;
  readonly #sought: Sought | undefined;
  /** With each pattern how far from the top it is a plain path. */
  readonly #stems: readonly (readonly [pattern: string, stem: string])[];
  #left = MOST_ENTRIES;
  readonly #begun = performance.now();

  constructor(marker: Marker, top: string, sought: Sought | undefined) {
    this.#marker = marker;
    this.#top = top;
    this.#sought = sought;
    this.#stems = (sought?.patterns ?? []).map((pattern) => [
      pattern,
      fromDirectory(top, join(sought?.cwd ?? top, stem(pattern))),
    ]);
  }

  reaches(dir: string): boolean {
    return this.#reaching(dir).length > 0;
  }

  /**
   * The patterns that mean something in it. One that means dependencies names them; the others pass them over. And one that means
   * all of a directory (`tests/**`) does not mean what builds and tests leave in it (`tests/__pycache__/`).
   */
  #reaching(dir: string): string[] {
    const path = dir.replace(/\/$/, "");
    const isDependencies = SKIPPED.has(path.split("/").at(-1) ?? "");
    return this.#stems.flatMap(([pattern, one]) => {
      const isNamed = one === path || one.startsWith(`${path}/`);
      const isReached = !isDependencies && !isOfWhole(pattern) && (one === "" || path.startsWith(`${one}/`));
      return isNamed || isReached ? [pattern] : [];
    });
  }

  async in(dir: string): Promise<{ readonly marks: (readonly [string, string])[]; readonly cut: boolean }> {
    const { cwd, ignores_case } = this.#sought ?? { cwd: this.#top, ignores_case: false };
    const patterns = this.#reaching(dir);
    const marks: (readonly [string, string])[] = [];
    for (const queue = [dir.replace(/\/$/, "")]; queue.length > 0;) {
      const at = queue.shift() ?? "";
      for (const entry of await entriesOf(join(this.#top, at))) {
        if (--this.#left < 0 || performance.now() - this.#begun > PATIENCE) return { marks, cut: true };
        const path = `${at}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!SKIPPED.has(entry.name)) queue.push(path);
        } else if (isIn(fromDirectory(cwd, join(this.#top, path)), patterns, ignores_case)) {
          await this.#marker.pause();
          marks.push([path, this.#marker.mark(join(this.#top, path))]);
        }
      }
    }
    return { marks, cut: false };
  }
}
