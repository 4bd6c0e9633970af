/**
 * What an attempt may change. Paths and patterns are relative to the task's directory; what lies above it starts with `../`. The
 * hook that refuses a write as it happens and the look afterwards judge by the same functions.
 */
import { isAbsolute, posix, relative, resolve } from "node:path";

import { matches } from "@fleet/kit/glob";

export interface Scope {
  /** Empty: everything that is not denied. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** The disk holds `SRC/a` and `src/a` for one file. */
  readonly ignores_case?: boolean | undefined;
}

export const isScoped = (scope: Scope): boolean => scope.allow.length + scope.deny.length > 0;

export function mayChange(path: string, { allow, deny, ignores_case = false }: Scope): boolean {
  return !isIn(path, deny, ignores_case) && (allow.length === 0 || isIn(path, allow, ignores_case));
}

/** `path`: of settings. */
export const unguardedText = (path: string): string =>
  `hooks are switched off in ${path}, so a write outside of what the task may change is not refused as it happens, only found afterwards`;

/** Of these paths, those that were not to be changed. */
export const outside = (paths: readonly string[], scope: Scope): string[] =>
  isScoped(scope) ? paths.filter((path) => !mayChange(path, scope)) : [];

/**
 * Whether one of the patterns names the path. A directory stands for its content, in a pattern as in a path: git names a submodule
 * or a repository inside by its directory alone (`lib`, `lib/`), and what is in it is what `lib/**` means.
 */
export function isIn(path: string, patterns: readonly string[], ignoresCase = false): boolean {
  const cased = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  return matches(
    cased(tidied(path)),
    patterns.map((pattern) => cased(tidied(pattern).replace(/(?<=.)\/\*\*$/, ""))),
  );
}

const MARKS = /[*?[\]{}]/;

/** `./src/../x/` → `x`; behind a mark of a pattern `..` stays, because what it leads back from is not known. */
function tidied(path: string): string {
  const plain = MARKS.exec(path)?.index ?? path.length;
  const cut = path.lastIndexOf("/", plain) + 1;
  const [head, tail] = plain === path.length ? [path, ""] : [path.slice(0, cut), path.slice(cut)];
  if (head === "") return tail.replace(/(?<=.)\/+$/, "");
  const normal = posix.normalize(head).replace(/^\.\/$|^\.$/, "");
  return `${normal}${tail}`.replace(/(?<=.)\/+$/, "");
}

/** Whether it means all of a directory: `src`, `src/**`, `src/*`. */
export function isOfWhole(pattern: string): boolean {
  const tidy = tidied(pattern);
  return !MARKS.test(tidy) || /(?:^|\/)\*\*?$/.test(tidy);
}

/** How far a pattern is a plain path: `src/gen/*.ts` → `src/gen`; of one that begins with a mark nothing. */
export function stem(pattern: string): string {
  const tidy = tidied(pattern);
  const plain = MARKS.exec(tidy)?.index;
  return plain === undefined ? tidy : tidy.slice(0, tidy.lastIndexOf("/", plain) + 1).replace(/\/$/, "");
}

/** A path as it is compared with patterns: relative to the directory, without detours, `/` between its parts. */
export function fromDirectory(cwd: string, path: string): string {
  const from = isAbsolute(path) ? path : resolve(cwd, path);
  return relative(cwd, from).replaceAll("\\", "/");
}
