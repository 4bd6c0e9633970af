/** What changed where git does not look, and where nobody did: told to a person who is asked, and counted where the task names it. Pure. */
import { someOf } from "@fleet/kit/text";

import { type Asked, pathsIn } from "./asked.ts";
import type { Changes } from "./changes.ts";
import { isIn, isScoped, stem } from "./scope.ts";
import { NAMED } from "./untold.ts";

type Seen = Pick<Changes, "ignored" | "nested" | "unlooked">;

/** What is work though it lies there, because the task names it as that. */
export function namedWork({ ignored, nested }: Seen, asked: Asked | undefined): string[] {
  if (asked === undefined) return [];
  const { expect, allow, ignores_case } = asked;
  const wanted = pathsIn(expect);
  return [
    ...ignored.filter((path) => isIn(path, wanted, ignores_case)),
    ...nested.filter((path) => isIn(path, [...wanted, ...allow], ignores_case)),
  ];
}

/** Of what git ignores, what these patterns name. */
export const ignoredIn = ({ ignored }: Seen, patterns: readonly string[], ignoresCase?: boolean): string[] =>
  ignored.filter((path) => isIn(path, patterns, ignoresCase));

/** Lines for a person who is asked because nothing was seen to change. */
export function passedOver({ ignored, unlooked }: Seen): string[] {
  return [
    ...(ignored.length === 0 ? [] : [`what changed is ignored by git: ${someOf(ignored, NAMED)}`]),
    ...(unlooked.length === 0 ? [] : [`not looked at: ${someOf(unlooked, NAMED)}`]),
  ];
}

/** What a task forbids by its name, and nobody looked at. */
export function forbiddenUnseen({ unlooked }: Seen, asked: Asked | undefined): string[] {
  if (asked === undefined || !isScoped(asked)) return [];
  const stems = [...asked.deny, ...asked.check_paths].map(stem).filter((one) => one !== "");
  return unlooked.filter((name) => {
    const dir = name.replace(/\/$/, "");
    return stems.some((one) => one === dir || one.startsWith(`${dir}/`));
  });
}
