/** A map of limits, decoded: what stands in `metadata.limits`, or under a coder's name in config.yaml. */
import { asDouble } from "@fleet/kit/exact-json";
import { isObject } from "@fleet/kit/is-object";

import { LIMITS, type LimitName, type Limits, readLimit } from "./limits.ts";

/** No schema of zod's, which is 60 kB of code: each `create` reads the settings of its task. */
const isMap = (value: unknown): value is Readonly<Record<string, string | number>> =>
  isObject(value) && Object.values(value).every((set) => typeof set === "string" || typeof set === "number");

const isName = (name: string): name is LimitName => LIMITS.some((known) => known === name);

export type Read =
  | { readonly ok: true; readonly limits: Limits; readonly lifted: readonly LimitName[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const doubles = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, set]) => [name, asDouble(set)])) : value;

/** All of them, from what stands in `metadata.limits` or under a coder's name in config.yaml; nothing there is no limit. */
export function readLimits(value: unknown): Read {
  const written = doubles(value ?? {});
  if (!isMap(written)) return { ok: false, problems: [`not a map of limits (${LIMITS.join(", ")})`] };
  const limits: { [name in LimitName]?: number } = {};
  const lifted: LimitName[] = [];
  const problems: string[] = [];
  for (const [name, limit] of Object.entries(written)) {
    if (!isName(name)) {
      problems.push(`${name}: there is no such limit (${LIMITS.join(", ")})`);
      continue;
    }
    const read = readLimit(name, limit);
    if (read.kind === "bad") problems.push(`${name}: ${read.problem}`);
    else if (read.kind === "none") lifted.push(name);
    else limits[name] = read.value;
  }
  return problems.length === 0 ? { ok: true, limits, lifted } : { ok: false, problems };
}
