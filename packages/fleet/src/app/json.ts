/** What fleet's own commands print with --json: one object with its version, and null for what is not there (docs/json.md). */
import { exactJson } from "@fleet/kit/exact-json";
import { printableJson } from "@fleet/kit/printable";

const SCHEMA_VERSION = 1;

/** What is not there is null: a key that comes and goes is one that programs have to guess. */
function withNulls(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withNulls(one)]));
}

export const viewJson = (view: object): string =>
  `${printableJson(exactJson(withNulls({ schema_version: SCHEMA_VERSION, ...view }), 2))}\n`;
