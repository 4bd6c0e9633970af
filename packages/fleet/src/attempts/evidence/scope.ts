/** What an attempt may change. Paths and patterns are relative to the task's directory; what lies above it starts with `../`. */
import { isAbsolute, relative } from "node:path";

import { matches } from "@fleet/kit/glob";

export interface Scope {
  /** Empty: everything that is not denied. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export const isScoped = (scope: Scope): boolean => scope.allow.length + scope.deny.length > 0;

export function mayChange(path: string, { allow, deny }: Scope): boolean {
  return !matches(path, deny) && (allow.length === 0 || matches(path, allow));
}

/** Of these paths, those that were not to be changed. */
export const outside = (paths: readonly string[], scope: Scope): string[] =>
  isScoped(scope) ? paths.filter((path) => !mayChange(path, scope)) : [];

/** A path as it is compared with patterns: relative to the directory, `/` between its parts. */
export function fromDirectory(cwd: string, path: string): string {
  return (isAbsolute(path) ? relative(cwd, path) : path).replace(/^\.\//, "").replaceAll("\\", "/");
}
