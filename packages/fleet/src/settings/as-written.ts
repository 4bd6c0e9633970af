/** Settings as a person would write them: durations and sizes with their units, limits by name, what is lifted as "none". Pure. */
import { parseDuration, written as duration } from "@fleet/kit/duration";
import { sizeWritten } from "@fleet/kit/size";

import { asWritten as limitWritten, LIMITS, NONE } from "./limits/limits.ts";
import { LIVENESS } from "./liveness.ts";
import { DEFAULTS } from "./defaults.ts";
import { DURATIONS, SIZES } from "./schema.ts";

/** By the last part of its name, which means the same for the fleet, a coder, a project and a task. */
const TIMES: ReadonlySet<string> = new Set([
  ...[...DURATIONS].map((key) => key.split(".").at(-1) ?? key),
  ...LIVENESS,
  ...LIMITS.filter((name) => typeof limitWritten(name, 1) === "string"),
]);

const lastOf = (key: string): string => key.split(".").at(-1) ?? key;

/** Whether a setting of this name, dotted or not, is a duration. */
const isDuration = (key: string): boolean => TIMES.has(lastOf(key));

/** A number that could be any unit: whoever writes one is asked which. */
export const lacksUnit = (key: string, value: unknown): boolean =>
  isDuration(key) && /^\s*\d+(?:\.\d+)?\s*$/.test(String(value)) && parseDuration(String(value)) !== 0;

const SMALLER = ["d", "h", "m", "s", "ms"] as const;
/** So many times its default is what a person may well want; more is a number of a smaller unit. */
const FAR = 100;

/** The number with the unit that was probably meant: the one of the default, or a smaller one where that would be out of all proportion. */
export function withUnit(key: string, number: string): string {
  const usual = usualOf(key);
  const from = SMALLER.findIndex((unit) => duration(usual).endsWith(unit));
  const fits = SMALLER.slice(from).find((unit) => (parseDuration(number + unit) ?? Infinity) <= usual * FAR);
  return number + (fits ?? "ms");
}

/** Its default, or half an hour for what has none. */
function usualOf(key: string): number {
  const own = Object.entries({ ...DEFAULTS, ...DEFAULTS.liveness }).find(([name]) => name === lastOf(key))?.[1];
  const usual = typeof own === "number" && own > 0 ? own : 1_800_000;
  // A default in milliseconds is one of parts of a second.
  return usual < 1000 ? 1000 : usual;
}

export function asWritten(key: string, value: unknown): unknown {
  if (typeof value === "number") {
    if (isDuration(key)) return duration(value);
    return SIZES.has(lastOf(key)) ? sizeWritten(value) : value;
  }
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return value;
  if (isRead(value)) return limitsWritten(value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asWritten(name, one)]));
}

interface ReadMap {
  readonly limits: Readonly<Record<string, unknown>>;
  readonly lifted: readonly string[];
}

/** A map of limits, as it was read. */
const isRead = (value: object): value is ReadMap => "lifted" in value && Array.isArray(value.lifted);

const limitsWritten = ({ limits, lifted }: ReadMap): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(limits).map(([name, one]) => [name, asWritten(name, one)])),
  ...Object.fromEntries(lifted.map((name) => [name, NONE])),
});
