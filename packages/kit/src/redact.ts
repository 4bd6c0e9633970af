/** Takes secrets out of what is about to be written down. Pure. */

/** `name` stands where the value stood. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Shorter ones are words that stand in any text. */
const SHORTEST = 6;

/** The longest first: one may be a part of another. */
export function redacting(secrets: readonly Secret[]): (text: string) => string {
  const known = secrets.filter(({ value }) => value.length >= SHORTEST);
  known.sort((a, b) => b.value.length - a.value.length);
  return (text) => known.reduce((left, { name, value }) => left.replaceAll(value, `[${name}]`), text);
}

export type Redact = (text: string) => string;

/** The texts of what JSON can hold, names of fields among them, and nothing else of it. */
export function redacted<T>(value: T, redact: Redact): T;
export function redacted(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((one: unknown) => redacted(one, redact));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [redact(name), redacted(one, redact)]),
  );
}

/** JSON of a record in which a coder's words stand, with its line end; as it is where nothing is secret. */
export const redactedJson = (value: unknown, redact: Redact = (text) => text, space = 0): string =>
  `${JSON.stringify(redacted(value, redact), null, space)}\n`;
