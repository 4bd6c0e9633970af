/** The file in which a repository names those whose objects it borrows. Pure. */

/** Git reads a line that begins with a quote as a C string, and one that begins with # as a comment. */
const NEEDS_QUOTES = /^[#"]|[\n\\]/;

const quoted = (path: string): string =>
  `"${path
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`)}"`;

export const alternatesText = (directories: readonly string[]): string =>
  directories.map((path) => `${NEEDS_QUOTES.test(path) ? quoted(path) : path}\n`).join("");
