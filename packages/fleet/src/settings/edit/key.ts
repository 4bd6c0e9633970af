/** A setting's name with dots as the places it is found at. A part that holds a dot itself stands in quotes. Pure. */
import { isObject } from "@fleet/kit/is-object";

import { PROJECT_KEYS } from "../effective/project-schema.ts";

const PARTS = /"((?:[^"\\]|\\.)*)"|([^."]+)/g;

/** A project's directory may hold dots: it ends before the last name that a project's setting has. */
const OF_PROJECT = new RegExp(String.raw`^projects\.([^"].*)\.(${PROJECT_KEYS.join("|")})(\..+)?$`);

const split = (key: string): string[] =>
  [...key.matchAll(PARTS)].map(([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "");

export function pathOf(key: string): readonly string[] {
  const [, dir, name, below = ""] = OF_PROJECT.exec(key) ?? [];
  return dir === undefined || name === undefined ? split(key) : ["projects", dir, name, ...split(below)];
}

export function valueAt(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === "object" && at !== null ? new Map<string, unknown>(Object.entries(at)).get(name) : undefined,
    from,
  );
}

/** `from` with this value at the path, undefined taking it out; a map that nothing is left in goes with it. */
export function withValue(from: unknown, path: readonly string[], value: unknown): Record<string, unknown> {
  const [name = "", ...rest] = path;
  const all = isObject(from) ? from : {};
  const next = rest.length === 0 ? value : withValue(all[name], rest, value);
  const isGone =
    next === undefined || (rest.length > 0 && value === undefined && isObject(next) && Object.keys(next).length === 0);
  const others = Object.entries(all).filter(([key]) => key !== name);
  if (isGone) return Object.fromEntries(others);
  return Object.hasOwn(all, name)
    ? Object.fromEntries(Object.entries(all).map(([key, one]) => [key, key === name ? next : one]))
    : Object.fromEntries([...others, [name, next]]);
}
