/** Settings as a person would write them: durations and sizes with their units, limits by name, what is lifted as "none". Pure. */
import { parseDuration, written as duration } from "@fleet/kit/duration";
import { sizeWritten } from "@fleet/kit/size";

import { asWritten as limitWritten, LIMITS, NONE } from "./limits/limits.ts";
import { LIVENESS } from "./liveness.ts";
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
  readonly lifted: ReadonlySet<string>;
}

/** A map of limits, as it was read. */
const isRead = (value: object): value is ReadMap => "lifted" in value && value.lifted instanceof Set;

const limitsWritten = ({ limits, lifted }: ReadMap): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(limits).map(([name, one]) => [name, asWritten(name, one)])),
  ...Object.fromEntries([...lifted].map((name) => [name, NONE])),
});
