/** The flags that limit a task, for `bd create`, `bd update` and `fleet retry`: one reading of them. Pure. */
import { isObject } from "@fleet/kit/is-object";

import {
  asWritten,
  LIMITS,
  type LimitName,
  NONE,
  readLimit,
  type WrittenLimits,
} from "../../settings/limits/limits.ts";
import { FLAG } from "./measure.ts";

/** Without its dashes. */
export const flagOf = (limit: LimitName): string => FLAG[limit].slice(2);

/** The meaning of each, for `--help`. */
export const FLAG_HELP: Readonly<Record<LimitName, string>> = {
  timeout: "Longest run of one attempt: 20m, 4h (default: the setting task_timeout)",
  idle: "Longest silence of an attempt: 20m",
  turns: "Model turns per attempt",
  tokens: "Tokens of all attempts of the task: 500k, 2M",
  usd: "US dollars for all attempts of the task: 5",
};

/** As they are to be written; null takes a limit out, so that the default holds again. */
export type GivenLimits = { readonly [name in LimitName]?: string | number | null };

export type ReadFlags =
  | { readonly ok: true; readonly given: GivenLimits }
  | { readonly ok: false; readonly flag: string; readonly problem: string };

/** `text`: what was given under a flag, undefined where it was not. */
export function readFlags(text: (flag: string) => string | undefined): ReadFlags {
  const given: { [name in LimitName]?: string | number | null } = {};
  for (const name of LIMITS) {
    const written = text(flagOf(name));
    if (written === undefined) continue;
    if (written === "") {
      given[name] = null;
      continue;
    }
    const read = readLimit(name, written);
    if (read.kind === "bad") return { ok: false, flag: FLAG[name], problem: read.problem };
    given[name] = read.kind === "none" ? NONE : asWritten(name, read.value);
  }
  return { ok: true, given };
}

export const isGiven = (given: GivenLimits): boolean => Object.keys(given).length > 0;

/** The value of `metadata.limits`; undefined for none. */
export function mergedLimits(before: unknown, given: GivenLimits): WrittenLimits | undefined {
  const known = isObject(before) ? before : {};
  const merged = Object.fromEntries(Object.entries({ ...known, ...given }).filter(([, value]) => value !== null));
  return Object.keys(merged).length === 0 ? undefined : merged;
}
