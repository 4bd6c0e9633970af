/**
 * JSON as bd 1.0.5 prints it: indented by two, a final newline, `<`, `>` and `&` escaped as by Go. Two modes: bare arrays, and
 * objects with `schema_version` among sorted keys; or with BD_JSON_ENVELOPE=1 `{"data": …, "schema_version": 1}`.
 */
import { exactJson } from "@fleet/kit/exact-json";
import { printableJson } from "@fleet/kit/printable";
import { isObject } from "@fleet/kit/is-object";

const SCHEMA_VERSION = 1;

/** In JSON these occur only inside strings, so they can be replaced in the whole text. */
function goEscape(json: string): string {
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

export function render(payload: unknown, envelope: boolean): string {
  const shaped = envelope
    ? { data: payload, schema_version: SCHEMA_VERSION }
    : isObject(payload)
      ? sorted({ ...payload, schema_version: SCHEMA_VERSION })
      : payload;
  return `${printableJson(goEscape(exactJson(shaped, 2)))}\n`;
}
