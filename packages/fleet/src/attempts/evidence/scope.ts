/**
 * What an attempt may change. Paths and patterns are relative to the task's directory; what lies above it starts with `../`. The
 * hook that refuses a write as it happens and the look afterwards judge by the same functions.
 */
import { isAbsolute, posix, relative, resolve } from "node:path";

import { literal, matches, patternsMeet } from "@fleet/kit/glob";

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

/** The paths among these that must not be changed. */
export const outside = (paths: readonly string[], scope: Scope): string[] =>
  isScoped(scope) ? paths.filter((path) => !mayChange(path, scope)) : [];

/**
 * Whether one of the patterns names the path. A directory stands for its content, in a pattern as in a path: git names a submodule
 * or a repository inside by its directory alone (`lib`, `lib/`), and what is in it is what `lib/**` means. So does the task's own.
 */
export function isIn(path: string, patterns: readonly string[], ignoresCase = false): boolean {
  if (patterns.some(isOwnDirectory) && !/^\.\.(?:\/|$)/.test(tidied(path))) return true;
  return matches(
    cased(tidied(path), ignoresCase),
    patterns.map((pattern) => cased(tidied(pattern).replace(/(?<=.)\/\*\*$/, ""), ignoresCase)),
  );
}

/** A pattern that is absolute, from the task's directory, where it lies there; any other as it is. */
export function fromTask(cwd: string, pattern: string): string {
  if (!isAbsolute(pattern)) return pattern;
  const tidy = tidied(pattern);
  const below = cwd.endsWith("/") ? cwd : `${cwd}/`;
  return tidy === cwd ? "." : tidy.startsWith(below) ? tidy.slice(below.length) : pattern;
}

/** It can mean nothing below or beside the task's directory: patterns are compared with paths from there. */
export const isAway = (pattern: string): boolean => isAbsolute(pattern) || /^~(?:\/|$)/.test(pattern);

/** `.`, `./`, `src/..` */
const isOwnDirectory = (pattern: string): boolean => pattern !== "" && tidied(pattern) === "";

/** A disk that ignores the case of letters holds the two ways to write `é` for one as well. */
const cased = (text: string, ignoresCase: boolean): string =>
  ignoresCase ? text.normalize("NFC").toLowerCase() : text;

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
function stem(pattern: string): string {
  const tidy = tidied(pattern);
  const plain = MARKS.exec(tidy)?.index;
  return plain === undefined ? tidy : tidy.slice(0, tidy.lastIndexOf("/", plain) + 1).replace(/\/$/, "");
}

/**
 * Whether a pattern may mean something below this directory, which git ignores. `by-name`: it leads there by its plain part. `by-marks`:
 * its marks may reach into it. One that means all of a directory (`tests/**`) does not mean what builds and tests leave in it
 * (`tests/__pycache__/`).
 */
export function reaches(pattern: string, dir: string, ignoresCase = false): "by-name" | "by-marks" | "no" {
  const [one, path] = [cased(stem(pattern), ignoresCase), cased(tidied(dir), ignoresCase)];
  // The task's own directory is ignored.
  if (/^(?:\.\.\/?)*$/.test(path)) return "by-name";
  if (one === path || one.startsWith(`${path}/`)) return "by-name";
  const below = one === "" ? path : path.startsWith(`${one}/`) ? path.slice(one.length + 1) : "..";
  if (isOfWhole(pattern) || below.startsWith("..")) return "no";
  return patternsMeet(`${literal(path)}/**`, cased(tidied(pattern), ignoresCase)) ? "by-marks" : "no";
}

/** A path as it is compared with patterns: relative to the directory, without detours, `/` between its parts. */
export function fromDirectory(cwd: string, path: string, ignoresCase = false): string {
  const from = isAbsolute(path) ? resolve(path) : resolve(cwd, path);
  const isBelow = ignoresCase && cased(from, true).startsWith(`${cased(cwd, true)}/`);
  return (isBelow ? from.slice(cwd.length + 1) : relative(cwd, from)).replaceAll("\\", "/");
}

/** A task's scope for the hook: its patterns, and directories where everything may be written. */
export interface Rules extends Scope {
  readonly cwd: string;
  /** Directories of the attempt's own, outside of its working tree. */
  readonly free?: readonly string[] | undefined;
}

/** How a write is named that the rules refuse; `path`: absolute, as it really is. */
export function refused(path: string, { cwd, free = [], ...scope }: Rules): string | undefined {
  const from = fromDirectory(cwd, path, scope.ignores_case);
  if (free.some((dir) => path.startsWith(`${dir}/`))) return undefined;
  return outside([from], scope)[0];
}
