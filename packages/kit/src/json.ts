/** JSON from outside: `unknown` in, and bounded in depth, because what is parsed will be walked and printed by recursion. */

import { readText, type Reading } from "./read.ts";

/** Deeper than anything that people or coders write, and far from the end of the stack. */
const MAX_DEPTH = 64;

/** A line with fewer brackets than this needs no look at each of its characters. */
function hasBrackets(json: string, count: number): boolean {
  let left = count;
  for (const bracket of ["{", "["])
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) if (--left === 0) return true;
  return false;
}

/** The place, from 0, of the first bracket nested deeper than `most`: a scan that does not recurse; strings are skipped. */
export function tooDeepAt(json: string, most: number = MAX_DEPTH): number | undefined {
  if (!hasBrackets(json, most + 1)) return undefined;
  let depth = 0;
  let isString = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (isString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > most) return at;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return undefined;
}

/** Why such a text is refused. */
export const TOO_DEEP = `it is nested deeper than ${MAX_DEPTH} levels`;

/** Undefined for what is no JSON, or nested too deeply. */
export function parseJson(text: string): unknown {
  if (tooDeepAt(text) !== undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON of a file; undefined for no file, or for what is no JSON (a torn write by somebody else). */
export function readJson(path: string, reading: Reading = {}): unknown {
  const text = readText(path, reading);
  return text === undefined ? undefined : parseJson(text);
}

/** A schema, as zod has them. */
export interface Decoder<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

/** The value of a file of JSON; undefined where there is none that fits. Throws where the file can't be read. */
export function readJsonAs<T>(path: string, schema: Decoder<T>, reading: Reading = {}): T | undefined {
  const value = readJson(path, reading);
  if (value === undefined) return undefined;
  const decoded = schema.safeParse(value);
  return decoded.success ? decoded.data : undefined;
}
