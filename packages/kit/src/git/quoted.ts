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
