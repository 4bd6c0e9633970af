/** JSON of a record in which a coder's words stand, without its account's secrets: in texts, and in names of fields. */
export type Redact = (text: string) => string;

export function redactedJson(value: unknown, redact: Redact, space = 0): string {
  const replaced = (_: string, one: unknown): unknown => {
    if (typeof one === "string") return redact(one);
    if (one === null || typeof one !== "object" || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([name, of]: [string, unknown]) => [redact(name), of]));
  };
  return `${JSON.stringify(value, replaced, space)}\n`;
}
