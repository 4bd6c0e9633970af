/** The file in which a repository names those whose objects it borrows. Pure. */
import { cString } from "./quoted.ts";

/** Git reads a line that begins with a quote as a C string, and one that begins with # as a comment. */
const NEEDS_QUOTES = /^[#"]|[\n\\]/;

export const alternatesText = (directories: readonly string[]): string =>
  directories.map((path) => `${NEEDS_QUOTES.test(path) ? cString(path) : path}\n`).join("");
