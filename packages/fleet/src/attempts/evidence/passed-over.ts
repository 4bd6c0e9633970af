/** What changed where git does not look, and where nobody did: told to a person who is asked, and counted where the task names it. Pure. */
import { someOf } from "@fleet/kit/text";

import { type Asked, pathsIn } from "./asked.ts";
import type { Attribution } from "./attributed.ts";
import type { Changes } from "./changes.ts";
import { ANYWHERE } from "./bounds.ts";
import { isLeftover } from "./leftovers.ts";
import { isIn, reaches } from "./scope.ts";
import { NAMED } from "./untold.ts";

type Seen = Pick<Changes, "ignored" | "kept" | "paths" | "trivial" | "unlooked">;
type Aside = Pick<Changes, "ignored" | "nested">;

interface Beside {
  readonly changes: Changes | undefined;
  readonly apart: Attribution | undefined;
}

/** Beside others what is surely its own, or what may be. */
export function namedBy({ changes, apart }: Beside, asked: Asked | undefined, whose: "mine" | "unclear"): string[] {
  if (apart !== undefined) return namedWork(apart.aside[whose], asked);
  return changes === undefined || whose === "unclear" ? [] : namedWork(changes, asked);
}

/** What is work though it lies there, because the task names it as that. */
function namedWork({ ignored, nested }: Aside, asked: Asked | undefined): string[] {
  if (asked === undefined) return [];
  const { expect, allow, ignores_case } = asked;
  const wanted = pathsIn(expect);
  return [
    ...ignored.filter((path) => isIn(path, wanted, ignores_case)),
    ...nested.filter((path) => isIn(path, [...wanted, ...allow], ignores_case)),
  ];
}

/** Of what git ignores, what these patterns name. */
export const ignoredIn = (
  { ignored }: Pick<Aside, "ignored">,
  patterns: readonly string[],
  ignoresCase?: boolean,
): string[] => ignored.filter((path) => isIn(path, patterns, ignoresCase));

/** Lines for a person who is asked because nothing was seen to change. */
export function passedOver({ ignored, paths, trivial, kept = [], unlooked }: Seen): string[] {
  const small = new Set(trivial);
  const alike = paths.filter((path) => small.has(path));
  const left = paths.filter((path) => isLeftover(path) && !kept.includes(path));
  return [
    ...(left.length === 0 ? [] : [`tools leave behind what changed: ${someOf(left, NAMED)}`]),
    ...(alike.length === 0 ? [] : [`only a mode, blank lines or an empty file: ${someOf(alike, NAMED)}`]),
    ...(ignored.length === 0 ? [] : [`what changed is ignored by git: ${someOf(ignored, NAMED)}`]),
    ...(unlooked.length === 0 ? [] : [`not looked at: ${someOf(unlooked, NAMED)}`]),
  ];
}

/** Where git ignores what one of these patterns may mean, and not all of it was looked at. */
export const untoldIn = (
  partly: readonly string[],
  patterns: readonly string[],
  ignoresCase?: boolean,
): readonly string[] =>
  patterns.length === 0
    ? []
    : partly.filter(
        (dir) => dir === ANYWHERE || patterns.some((pattern) => reaches(pattern, dir, ignoresCase) !== "no"),
      );
