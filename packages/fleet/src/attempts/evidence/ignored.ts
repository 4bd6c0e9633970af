/**
 * What git was told to ignore. Files that it names one by one are known by their content; a directory (dependencies, build results)
 * is searched only for what a pattern of the task's means, and else named as not looked at. Leftovers of tools are nothing.
 */
import { join } from "node:path";

import { ANYWHERE, PATIENCE, REST, SKIPPED } from "./bounds.ts";
import { isLeftover, patternsFor } from "./leftovers.ts";
import type { Marker } from "./marks.ts";
import { fromDirectory, isIn, reaches } from "./scope.ts";
import { entriesOf } from "./walk.ts";

/** Patterns to look for although git ignores them, relative to `cwd`. */
export interface Sought {
  readonly cwd: string;
  readonly patterns: readonly string[];
  readonly ignores_case?: boolean | undefined;
}

export interface Ignored {
  readonly marks: readonly (readonly [string, string])[];
  readonly unlooked: readonly string[];
  /** Where not all was looked at: directories in which something was looked for, REST, ANYWHERE. */
  readonly partly: readonly string[];
}

/** So many files that are ignored one by one, and that no pattern means, are known by their content. */
const MOST_NAMED = 1_000;

/** In directories that are searched, and of what is looked for, so many entries are passed, for as long as a walk takes. */
const MOST_ENTRIES = 20_000;

interface Bounds {
  readonly named: number;
  readonly entries: number;
}

interface Where {
  readonly top: string;
  /** The fleet's own home. */
  readonly skipped: (path: string) => boolean;
  readonly bounds?: Bounds;
}

/** `names`: as git has them, from the top; a directory ends with `/`. */
export async function lookAtIgnored(
  marker: Marker,
  names: readonly string[],
  { top, skipped, bounds = { named: MOST_NAMED, entries: MOST_ENTRIES } }: Where,
  sought: Sought | undefined,
): Promise<Ignored> {
  const search = new Search(marker, { top, left: bounds.entries }, sought);
  const [wanted, others]: [string[], string[]] = [[], []];
  const counts = { wanted: 0, others: 0 };
  for (const name of names.filter((one) => !one.endsWith("/"))) {
    await marker.pause();
    const kind = search.means(name) ? "wanted" : isLeftover(name) ? undefined : "others";
    if (kind === undefined) continue;
    counts[kind]++;
    if (kind === "wanted" && search.takesOne()) wanted.push(name);
    if (kind === "others" && counts.others <= bounds.named) others.push(name);
  }
  const marks: (readonly [string, string])[] = Object.entries(await marker.markAll(top, [...wanted, ...others]));
  const left = { wanted: counts.wanted - wanted.length, others: counts.others - others.length };
  const partly = [...(left.others > 0 ? [REST] : []), ...(left.wanted > 0 ? [ANYWHERE] : [])];
  const rest = left.wanted + left.others;
  const unlooked = rest === 0 ? [] : [`${rest} more ignored files`];
  for (const dir of names.filter((name) => name.endsWith("/") && !skipped(join(top, name)))) {
    const inside = search.reaches(dir) ? await search.in(dir) : undefined;
    marks.push(...(inside?.marks ?? []));
    if (inside === undefined || inside.cut) unlooked.push(dir);
    if (inside?.cut === true) partly.push(dir);
  }
  return { marks, unlooked, partly };
}

class Search {
  readonly #marker: Marker;
  readonly #top: string;
  readonly #sought: Sought;
  readonly #begun = performance.now();
  #left: number;

  constructor(marker: Marker, { top, left }: { readonly top: string; readonly left: number }, sought?: Sought) {
    this.#marker = marker;
    this.#top = top;
    this.#sought = sought ?? { cwd: top, patterns: [] };
    this.#left = left;
  }

  /** There is room and time for one more. */
  takesOne(): boolean {
    return this.#left-- > 0 && performance.now() - this.#begun <= PATIENCE;
  }

  /** A pattern names the file; one that means all of a directory does not mean leftovers in it. */
  means(path: string): boolean {
    return this.#isIn(path, patternsFor(path, this.#sought.patterns));
  }

  #isIn(path: string, patterns: readonly string[]): boolean {
    const { cwd, ignores_case } = this.#sought;
    return patterns.length > 0 && isIn(fromDirectory(cwd, join(this.#top, path), ignores_case), patterns, ignores_case);
  }

  reaches(dir: string): boolean {
    return this.#reaching(dir).length > 0;
  }

  /** The patterns that mean something in it. One that means dependencies names them; the others pass them over. */
  #reaching(dir: string): string[] {
    const { cwd, patterns, ignores_case } = this.#sought;
    const path = fromDirectory(cwd, join(this.#top, dir), ignores_case);
    const isDependencies = SKIPPED.has(nameOf(path));
    return patterns.filter((pattern) => {
      const how = reaches(pattern, path, ignores_case);
      return how === "by-name" || (how === "by-marks" && !isDependencies);
    });
  }

  async in(dir: string): Promise<{ readonly marks: (readonly [string, string])[]; readonly cut: boolean }> {
    const patterns = this.#reaching(dir);
    const marks: (readonly [string, string])[] = [];
    for (const queue = [dir.replace(/\/$/, "")]; queue.length > 0;) {
      const at = queue.shift() ?? "";
      for (const entry of await entriesOf(join(this.#top, at))) {
        if (!this.takesOne()) return { marks, cut: true };
        const path = `${at}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!SKIPPED.has(entry.name)) queue.push(path);
        } else if (this.#isIn(path, patterns)) {
          await this.#marker.pause();
          marks.push([path, this.#marker.mark(join(this.#top, path))]);
        }
      }
    }
    return { marks, cut: false };
  }
}

const nameOf = (path: string): string => path.split("/").at(-1) ?? "";
