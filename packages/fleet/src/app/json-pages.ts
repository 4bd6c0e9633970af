/**
 * What a command prints that asks for page after page: one value, or, by older versions of `gh api --paginate`, one list after the
 * other, which are one here. Pure.
 */
import { parseJson } from "@fleet/kit/json";

/** Undefined where it is no JSON. */
export function jsonPages(text: string): unknown {
  const whole = parseJson(text);
  if (whole !== undefined) return whole;
  const pages = listsIn(text).map(parseJson);
  return pages.length > 0 && pages.every((page) => Array.isArray(page)) ? pages.flat() : undefined;
}

/** The lists at the top, whatever stands in their strings. */
function listsIn(text: string): string[] {
  const lists: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]]/g)) {
    if (token === "[" && depth++ === 0) {
      // Something else stands between two lists.
      if (text.slice(from, index).trim() !== "") return [];
      from = index;
    }
    if (token === "]" && --depth === 0) {
      lists.push(text.slice(from, index + 1));
      from = index + 1;
    }
  }
  return depth === 0 && text.slice(from).trim() === "" ? lists : [];
}
