/** Values as texts that are equal exactly when the values are, whatever the order of their keys; and hashes of texts. */
import { exactJson } from "@fleet/kit/exact-json";
import { crypto } from "@fleet/kit/node";

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, ordered(inner)]),
  );
}

/** "" for what is not there. */
export const canonical = (value: unknown): string => (value === undefined ? "" : exactJson(ordered(value)));

export const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

export function hashOf(...parts: readonly string[]): Buffer {
  return crypto().createHash("sha256").update(JSON.stringify(parts)).digest();
}

/** A UUID that says the same everywhere (RFC 9562, version 8: its bits are a hash of ours). */
export function derivedUuid(...parts: readonly string[]): string {
  const bytes = hashOf(...parts).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** `length` base-36 digits of a hash. */
export function digits(length: number, ...parts: readonly string[]): string {
  const number = BigInt(`0x${hashOf(...parts).toString("hex")}`);
  return number.toString(36).slice(-length);
}
