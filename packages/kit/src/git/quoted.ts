/** Paths as git reads them where a line has one. Pure. */

/** Git reads a line that begins with a quote as a C string. */
const NEEDS_QUOTES = /^"|[\r\n\\]/;

export const cString = (path: string): string =>
  `"${path
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\r", String.raw`\r`)
    .replaceAll("\n", String.raw`\n`)}"`;

export const quoted = (path: string): string => (NEEDS_QUOTES.test(path) ? cString(path) : path);

const NAMED: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** A path as git prints it where it has quotes around it: with its bytes in octal, which are UTF-8. */
export function unquoted(path: string): string {
  const inner = /^"(.*)"$/s.exec(path)?.[1];
  if (inner === undefined) return path;
  const bytes = [...inner.matchAll(/\\([0-7]{3}|[^])|([^\\]+)/g)].flatMap(([, escaped, plain = ""]): number[] => {
    if (escaped === undefined) return [...Buffer.from(plain)];
    return [/^[0-7]{3}$/.test(escaped) ? Number.parseInt(escaped, 8) : (NAMED[escaped] ?? escaped.charCodeAt(0))];
  });
  return Buffer.from(bytes).toString();
}
