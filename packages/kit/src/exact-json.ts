/**
 * JSON whose numbers keep their digits. A double makes 1.1 of 1.10 and 2^53 of 2^53 + 1, and the digits are somebody's data.
 * Such a number is held as a text that no other text can equal: half of a surrogate pair, then the digits. It is written as
 * it came. Halves of pairs in texts become U+FFFD on the way in: no JSON parser accepts them all, and none can be taken for a
 * number. U+0000 becomes its picture: no program can be given it.
 *
 * Nearly no line holds either. A search over the text tells, in a seventh of the time that JSON.parse takes, and only a text in
 * which it finds something is parsed twice.
 */
import { TOO_DEEP, tooDeepAt } from "./json.ts";
import { sound } from "./text.ts";

const HALF = "\udfff";
const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;

/** How a number ends that a double may not hold as it is written: tells for nearly every line, in a fourth of SUSPECT's time. */
const MAY_END = /[-.eE\d]\d\s*[,\]}]/;
/** Such a number; matches inside of a text too, which costs no more than time. */
const SUSPECT = /[:[,]\s*-?(?:\d{16,}|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)\s*[,\]}]|[:[,]\s*-0\s*[,\]}]/;
const HALVES = /\\u[dD][89a-fA-F]/;

const isOrdinary = (json: string): boolean =>
  !(MAY_END.test(json) && SUSPECT.test(json)) &&
  !((json.includes("\\ud") || json.includes("\\uD")) && HALVES.test(json)) &&
  !json.includes("\\u0000");

const TOKEN = new RegExp(String.raw`"[^"\\]*(?:\\.[^"\\]*)*"|${NUMBER}`, "gs");
const WRITTEN = new RegExp(String.raw`"\\udfff(${NUMBER})"`, "g");
const WHOLE = new RegExp(`^${NUMBER}$`);

const survives = (digits: string): boolean => String(Number(digits)) === digits;

/** The number of these digits, held exactly where a double would change them. */
export const exactNumber = (digits: string): number | string => (survives(digits) ? Number(digits) : HALF + digits);

/** The digits of a number that is held exactly; undefined for every other value. */
export const exactDigits = (value: unknown): string | undefined =>
  typeof value === "string" && value.startsWith(HALF) && WHOLE.test(value.slice(1)) ? value.slice(1) : undefined;

/** The value for whoever calculates: the nearest double of a number that is held exactly. */
export function asDouble(value: unknown): unknown {
  const digits = exactDigits(value);
  return digits === undefined ? value : Number(digits);
}

function exactToken(token: string): string {
  if (!token.startsWith('"')) return survives(token) ? token : `"\\udfff${token}"`;
  if (!token.includes("\\")) return token;
  const text: unknown = JSON.parse(token);
  return typeof text === "string" ? JSON.stringify(sound(text)) : token;
}

/** Parses text that `parseExact` accepted before, so that its depth is known. */
export function parseExactAgain(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return isOrdinary(json) ? value : JSON.parse(json.replaceAll(TOKEN, exactToken));
}

/** Throws a SyntaxError for what is no JSON, or is nested too deeply to be walked by recursion. */
export function parseExact(json: string): unknown {
  if (tooDeepAt(json) !== undefined) throw new SyntaxError(TOO_DEEP);
  return parseExactAgain(json);
}

/** The JSON of a value that `parseExact` may have given, or that holds some of its values. */
export function exactJson(value: unknown, space?: number): string {
  const json = JSON.stringify(value, null, space);
  return json.includes("\\udfff") ? json.replaceAll(WRITTEN, "$1") : json;
}
