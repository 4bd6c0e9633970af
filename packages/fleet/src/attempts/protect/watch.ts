/**
 * What an attempt is not to change whatever its task says (places.ts). Written down before it starts, with copies; looked at again,
 * by content, whenever it was written to.
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { createExclusive, ensureDir, replaceFile } from "@fleet/kit/files";
import { linkText, MIB, readBytes, readText } from "@fleet/kit/read";
import { realPlace } from "@fleet/kit/real-place";
import { ifSeen, thereAt } from "@fleet/kit/there";

import { Marker, marksOf } from "../evidence/marks.ts";
import { toolsRan } from "../evidence/tools.ts";
import { readRan } from "../ran/ran.ts";
import type { GitRan } from "../ran/trace.ts";
import { FILES } from "../records/files.ts";
import { listSome } from "@fleet/kit/list";
import { type Deeds, type ProtectedChange, protectedChanges, type Watched } from "./changes.ts";
import { type Kept, readKept } from "./kept.ts";
import type { Places } from "./places.ts";
import { riskyKeys } from "./risky-keys.ts";
import { scriptSpan, toolSpans } from "./spans.ts";

const MOST_HOOKS = 100;
/** The most files of a directory that a person named, over all levels. */
const MOST_INSIDE = 200;
/** A longer one has no copy. */
const MOST_OF_A_COPY = MIB / 4;

interface Files {
  readonly hooks: readonly string[];
  /** Directories that a person named. */
  readonly dirs: readonly string[];
  readonly paths: readonly string[];
}

/** Looks at the present state without following links: a link that was made meanwhile may lead anywhere. */
function pathsOf({ hooks, dirs, paths }: Files): string[] {
  const named = hooks.flatMap((dir) => {
    const names = ifReadable(() => listSome(dir, MOST_HOOKS).names) ?? [];
    return names.filter((name) => !name.endsWith(".sample")).map((name) => join(dir, name));
  });
  return [...new Set([...named, ...dirs.flatMap(filesIn), ...paths])];
}

/** Each with what it is behind links before it begins: whoever writes to `.bashrc` may write to a file elsewhere. */
function filesOf({ hooks, paths }: Places): Files {
  const dirs = paths.filter(isDirectory);
  const rest = paths.filter((path) => !dirs.includes(path));
  return { hooks, dirs, paths: withTargets(pathsOf({ hooks, dirs, paths: rest })) };
}

const withTargets = (paths: readonly string[]): string[] => [
  ...new Set(paths.flatMap((path) => (isLink(path) ? [path, realPlace(path)] : [path]))),
];

const statOf = (path: string) => ifSeen(() => thereAt(path));
const isDirectory = (path: string): boolean => statOf(path)?.isDirectory() === true;
const isLink = (path: string): boolean => statOf(path)?.isSymbolicLink() === true;

function filesIn(dir: string): string[] {
  const files: string[] = [];
  for (const queue = [dir]; queue.length > 0 && files.length < MOST_INSIDE;) {
    const at = queue.shift() ?? dir;
    for (const name of ifReadable(() => listSome(at, MOST_INSIDE).names) ?? [])
      (isDirectory(join(at, name)) ? queue : files).push(join(at, name));
  }
  return files.slice(0, MOST_INSIDE);
}

function look(places: Files & Pick<Places, "configs">): Watched {
  const marker = new Marker();
  return {
    config: Object.fromEntries(
      places.configs.map((path) => [path, riskyKeys(ifReadable(() => readText(path, { links: "follow" })) ?? "")]),
    ),
    files: marksOf(
      pathsOf(places).flatMap((path): [string, string][] => {
        const mark = marker.mark(path);
        return mark === "" ? [] : [[path, mark]];
      }),
    ),
  };
}

/** Before anything of the attempt lives; once. */
export function watchPlaces(dir: string, places: Places, { script }: { readonly script: boolean }): void {
  const all = { ...places, ...filesOf(places) };
  const { config, files } = look(all);
  const [copies, links]: [Record<string, string>, Record<string, string>] = [{}, {}];
  for (const [n, path] of Object.keys(files).entries()) {
    const link = ifReadable(() => (isLink(path) ? linkText(path) : undefined));
    if (link !== undefined) links[path] = link;
    const stat = statOf(path);
    const bytes = stat?.isFile() === true ? ifReadable(() => readBytes(path, { most: MOST_OF_A_COPY })) : undefined;
    if (bytes === undefined || stat === undefined) continue;
    const copy = join(dir, FILES.copies, String(n));
    ensureDir(join(dir, FILES.copies), 0o700);
    // Putting it back restores its mode too.
    replaceFile(copy, bytes, { mode: stat.mode & 0o777 });
    copies[path] = copy;
  }
  const kept = { ...all, ...(script ? { script } : {}), config, files, copies, links };
  createExclusive(join(dir, FILES.protected), JSON.stringify(kept));
}

/** The records of concurrent attempts in the same directory. */
export type Others = () => readonly Deeds[];

/** The changes since; none if no state was written down. `written`: by its tools, from `cwd`. */
export function changesIn(
  dir: string,
  {
    written,
    cwd,
    ran,
    others,
  }: {
    readonly written: readonly string[];
    readonly cwd: string;
    readonly ran: () => GitRan | undefined;
    readonly others: Others;
  },
): ProtectedChange[] {
  const before = readKept(dir);
  if (before === undefined) return [];
  const now = look(before);
  const { top, copies, links } = before;
  const own = { written: written.map((path) => resolve(cwd, path)), ran: undefined, spans: [] };
  const told = { top, copies, links, changedAt, isThere: existsSync, own, others: [] };
  if (protectedChanges(before, now, told).length === 0) return [];
  const spans = before.script === true ? scriptSpan(dir) : toolSpans(dir);
  return protectedChanges(before, now, { ...told, own: { ...own, ran: ran(), spans }, others: others() });
}

/** For a deleted file, the time of change of its directory. */
const changedAt = (path: string): number | undefined => (statOf(path) ?? statOf(dirname(path)))?.ctimeMs;

/** As long as it is not known whose a change is, that is asked again: after so many milliseconds, and then less and less often. */
const AGAIN = 5_000;
const SELDOM = 5 * 60_000;

/** While it runs: asked often, it reads again only what was written to since. */
export class ProtectedWatch {
  readonly #dir: string;
  #places: Kept | undefined;
  #stamp: string | undefined;
  #found: readonly ProtectedChange[] = [];
  #asked = -Infinity;
  #wait = AGAIN;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** `now`: monotonic. */
  look(now: number, cwd: string, others: Others): readonly ProtectedChange[] {
    const places = (this.#places ??= readKept(this.#dir));
    if (places === undefined) return this.#found;
    const all = [...withTargets(places.configs), ...places.hooks, ...pathsOf(places)];
    const stamp = all.map(stampOf).join(" ");
    // The author of a change may become known after the change itself.
    const isOpen = this.#found.some(({ whose }) => whose === "unknown") && now - this.#asked >= this.#wait;
    if (stamp !== this.#stamp || isOpen) {
      this.#asked = now;
      this.#wait = stamp === this.#stamp ? Math.min(2 * this.#wait, SELDOM) : AGAIN;
      const { written } = toolsRan(this.#dir);
      this.#found = changesIn(this.#dir, { written, cwd, ran: () => readRan(this.#dir), others });
    }
    this.#stamp = stamp;
    return this.#found;
  }
}

/** The last of it is set by the system alone: a time that is set back hides nothing. */
function stampOf(path: string): string {
  const stat = statOf(path);
  return stat === undefined ? "-" : `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
}
