/** JSON from outside: `unknown` in, and bounded in depth, because what is parsed will be walked and printed by recursion. */

import { readText, type Reading } from "./read.ts";

/** Deeper than anything that people or coders write, and far from the end of the stack. */
const MAX_DEPTH = 64;

/** Whether brackets are nested deeper than `most`, as a scan that does not recurse; strings are skipped. */
export function isDeeper(json: string, most: number = MAX_DEPTH): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (isString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > most) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** Undefined for what is no JSON, or nested too deeply. */
export function parseJson(text: string): unknown {
  if (isDeeper(text)) return undefined;
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
